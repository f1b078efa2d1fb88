# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses."""

from __future__ import annotations

from django.http import HttpResponseRedirect
from django.urls import path, re_path

from . import accounts, directory, executions, information, plans, users
from ..runtime import runtime

LIST = {"get": "list", "post": "create"}
BULK = dict(LIST, put="bulk_update", patch="partial_bulk_update", delete="bulk_destroy")
ONE = {"get": "retrieve"}
EDIT = dict(ONE, put="update", patch="partial_update", delete="destroy")
REFUSED = dict.fromkeys(("post", "put", "patch", "delete"), "not_simulated")
REFUSED_ONE = dict.fromkeys(("put", "patch", "delete"), "not_simulated")


def rows(prefix, view_set, collection, detail, **kwargs):
    """A list and its rows, without the trailing slash nothing is found."""
    return [
        path(prefix, view_set.as_view(collection, **kwargs)),
        re_path(r"^%s(?P<pk>[^/.]+)/$" % prefix, view_set.as_view(detail, **kwargs)),
    ]


def login_page(request, *args):
    return HttpResponseRedirect("/core/auth/login/?next=" + request.get_full_path())


API = "api/v1/"
EXECUTIONS = API + "accounts/account-backup-plan-executions/"

urlpatterns = [
    *rows(API + "accounts/account-backup-plans/", plans.PlanViewSet, BULK, EDIT),
    *rows(API + "accounts/accounts/", accounts.AccountViewSet, dict(REFUSED, get="list"), dict(REFUSED_ONE, **ONE)),
    *rows(API + "assets/assets/", accounts.AssetViewSet, dict(REFUSED, get="list"), dict(REFUSED_ONE, **ONE)),
    *rows(EXECUTIONS, executions.ExecutionViewSet, LIST, ONE),
    *rows(API + "ops/task-executions/", executions.TaskViewSet, {"get": "list"}, ONE),
    path(API + "users/profile/", users.ProfileView.as_view()),
    path(API + "users/users/suggestions/", users.UserViewSet.as_view({"get": "suggestions"}, detail=False)),
    *rows(API + "users/users/", users.UserViewSet, dict(REFUSED, get="list"), dict(REFUSED_ONE, **ONE)),
    path(API + "orgs/orgs/current/", directory.OrganizationViewSet.as_view({"get": "current"}, detail=False)),
    *rows(API + "orgs/orgs/", directory.OrganizationViewSet, dict(REFUSED, **LIST), dict(REFUSED_ONE, delete="destroy", **ONE)),
    *rows(API + "terminal/replay-storages/", directory.StorageViewSet, LIST, ONE),
    path(API + "assets/categories/", directory.CategoriesViewSet.as_view({"get": "list"})),
    path(API + "assets/categories/types/", directory.CategoriesViewSet.as_view({"get": "types"}, detail=False)),
    path(API + "authentication/auth/", users.LoginView.as_view()),
    path(API + "authentication/tokens/", users.LoginView.as_view()),
    path(API + "authentication/access-keys/", users.AccessKeysView.as_view()),
    path(API + "common/resources/cache/", information.ResourceCacheView.as_view()),
    path("api/health/", information.HealthView.as_view()),
    path(API + "health/", information.HealthView.as_view()),
    path(API + "settings/public/open/", information.OpenSettingsView.as_view()),
    path(API + "settings/public/", information.SettingsView.as_view()),
    path(API + "settings/server-info/", information.ServerInformationView.as_view()),
    path("", login_page),
    path("api/docs/", login_page),
]

if runtime.behaviour.is_automation:
    urlpatterns.append(re_path(r"^%s(?P<pk>[^/.]+)/report/$" % EXECUTIONS, executions.ExecutionViewSet.as_view({"get": "report"})))
if not runtime.behaviour.own_organizations_in_profile:
    urlpatterns.append(path(API + "users/profile/permissions/", users.PermissionsView.as_view()))

handler404 = "tests.simulator.api.errors.page_not_found"
handler500 = "tests.simulator.api.errors.server_error"
