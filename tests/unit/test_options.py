# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said about options that were written wrongly, and that nothing is said about those that are right."""

from __future__ import annotations

import datetime
import re

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils import _options
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan

CANARY = "canary-5d1f"
PLAN = dict(_plan.option_specs(), name={"type": "str", "required": True})
SINGLE = dict(_plan.option_specs(), name={"type": "str"}, id={"type": "str"}, organization={"type": "str"}, timeout={"type": "int"})
ESTATE = {
    "organizations": {"type": "list", "elements": "dict", "required": True, "options": {
        "organization": {"type": "str"}, "prune": {"type": "bool"},
        "plans": {"type": "list", "elements": "dict", "default": [], "options": PLAN}, "allow_empty": {"type": "bool", "default": False},
    }},
    "defaults": {"type": "dict", "options": _plan.option_specs()},
    "prune_limit": {"type": "int"},
    "on_error": {"type": "str", "choices": ["continue", "stop"]},
}
SUPPORTED = " Supported parameters include: %s." % ", ".join(sorted([*PLAN, "recipients"]))
NUMBER = "and must be text: put it in quotes."


class Text(str):
    """As ansible-core tags the text of a playbook from 2.19 on."""


def estate(*plans, **options):
    return dict({"organizations": [{"organization": "Default", "plans": list(plans)}]}, **options)


def told(written):
    return _options.mistakes(written, ESTATE, None)


def told_of_plan(**options):
    """What is said about one plan of Default, without the place."""
    sentences = told(estate(dict({"name": "p"}, **options)))
    assert all("ackup plan 'p' of organization 'Default': " in sentence for sentence in sentences)
    return [re.sub(" of backup plan 'p' of organization 'Default'|Backup plan 'p' of organization 'Default': ", "", sentence) for sentence in sentences]


RIGHT = {
    "text": {"crontab": "0 3 * * *", "comment": "007", "zip_encrypt_password": "0123456"},
    "tagged text": {"comment": Text("c"), "types": [Text("linux")], "recipients": [Text("alice")]},
    "text that looks like something else": {"comment": "on", "types": ["3.10", "null"], "recipients": ["42", "1b4e28ba-2fa1-11d2-883f-0016d3cca427"]},
    "empty": {"comment": "", "types": [], "recipients": []},
    "omitted": {"comment": None, "types": None, "interval": None, "is_active": None, "backup_type": None},
    "a number of hours": {"interval": 12},
    "a number of hours as text": {"interval": "12"},
    "a number that schedules refuse": {"interval": -1},
    "truth values": {"is_active": True, "is_periodic": "no", "is_password_divided_by_email": 1},
    "comma-separated": {"types": "linux,mysql", "recipients": "alice"},
    "objects of the API": {"recipients": [{"pk": "x"}, {"id": "y", "name": "Y"}]},
    "a choice": {"backup_type": "object_storage"},
}


@pytest.mark.parametrize("options", RIGHT.values(), ids=RIGHT)
def test_nothing_is_said_about_what_is_right(options):
    assert told_of_plan(**options) == []


WRONG = {
    "a number": ({"comment": 7}, ["comment is 7, a number, " + NUMBER]),
    "a fraction": ({"comment": 3.1}, ["comment is 3.1, a number, " + NUMBER]),
    "a boolean": ({"comment": True}, ["comment is true, a boolean, " + NUMBER]),
    "a date": ({"comment": datetime.date(2026, 11, 25)}, ["comment is 2026-11-25, a date, " + NUMBER]),
    "a list for text": ({"comment": ["a"]}, ["comment is a list and must be text."]),
    "a time for a crontab": ({"crontab": 750}, ["crontab is 750, a number, " + NUMBER]),
    "a password that is a number": ({"zip_encrypt_password": 42798}, ["zip_encrypt_password is a number and must be text: put it in quotes."]),
    "a password that is a boolean": ({"zip_encrypt_password": False}, ["zip_encrypt_password is a boolean and must be text: put it in quotes."]),
    "a password in a list": ({"zip_encrypt_password": [CANARY]}, ["zip_encrypt_password is a list and must be text."]),
    "hours with a unit": ({"interval": "12h"}, ["interval is '12h' and must be a whole number."]),
    "hours with a colon": ({"interval": "12:30"}, ["interval is '12:30' and must be a whole number."]),
    "half an hour": ({"interval": 12.5}, ["interval is 12.5, a number, and must be a whole number."]),
    "half an hour as text": ({"interval": "12.5"}, ["interval is '12.5' and must be a whole number."]),
    "hours that are true": ({"interval": True}, ["interval is true, a boolean, and must be a whole number."]),
    "empty hours": ({"interval": ""}, ["interval is '' and must be a whole number."]),
    "no truth value": ({"is_active": "ture"}, ["is_active is 'ture' and must be true or false."]),
    "a number that is no truth value": ({"is_active": 2}, ["is_active is 2, a number, and must be true or false."]),
    "a list that is no truth value": ({"is_active": []}, ["is_active is a list and must be true or false."]),
    "a number in a list": ({"types": ["linux", 7]}, ["item 2 of types is 7, a number, " + NUMBER]),
    "nothing in a list": ({"types": [None]}, ["item 1 of types is empty and must be text."]),
    "a number for a list": ({"types": 7}, ["types is 7, a number, and must be a list."]),
    "a dictionary for a list": ({"types": {"linux": 1}}, ["types is a dictionary and must be a list: put a dash before each entry."]),
    "a numeric recipient": ({"recipients_part_two": [42]}, ["item 1 of recipients_part_two is 42, a number, " + NUMBER]),
    "a recipient in a list": ({"recipients": [["alice"]]}, ["item 1 of recipients is a list and must be text."]),
    "no choice": ({"backup_type": "mail"}, ["value of backup_type must be one of: email, object_storage, got: 'mail' (did you mean email?)."]),
    "a choice far off": ({"backup_type": "s3"}, ["value of backup_type must be one of: email, object_storage, got: 's3'."]),
    "a choice in a dictionary": ({"backup_type": {"x": CANARY}}, ["value of backup_type must be one of: email, object_storage, got: a dictionary."]),
    "a misspelt key": ({"typess": ["linux"]}, ["Unsupported parameters: 'typess' (did you mean types?)."]),
    "a key in capitals": ({"Crontab": "0 3 * * *"}, ["Unsupported parameters: 'Crontab' (did you mean crontab?)."]),
    "a misspelt alias": ({"recipient": []}, ["Unsupported parameters: 'recipient' (did you mean recipients?)."]),
    "a secret under a misspelt key": ({"zip_password": CANARY}, ["Unsupported parameters: 'zip_password' (did you mean zip_encrypt_password?)."]),
    "a key that YAML changed": ({"true": CANARY}, ["Unsupported parameters: 'true'." + SUPPORTED]),
    "both names of an option": (
        {"recipients": ["a"], "recipients_part_one": None}, ["recipients_part_one and recipients are one option, so give only one of them."]),
    "assets": ({"assets": ["x"]}, ["assets must be empty or left out: JumpServer stores it and does not use it, and backs up all accounts of the types."]),
    "several misspelt keys": (
        {"typess": [], "zip": CANARY, "comments": 1},
        ["Unsupported parameters: 'typess' (did you mean types?), 'zip', 'comments' (did you mean comment?)." + SUPPORTED]),
    "several": ({"comment": 7, "interval": "x"}, ["interval is 'x' and must be a whole number.", "comment is 7, a number, " + NUMBER]),
    "a long value": ({"interval": "9x" * 99}, ["interval is '%s...' and must be a whole number." % ("9x" * 30)]),
    "a long key": ({"k" * 99: 1}, ["Unsupported parameters: '%s...'." % ("k" * 60) + SUPPORTED]),
}


@pytest.mark.parametrize("options, sentences", WRONG.values(), ids=WRONG)
def test_what_is_said_about_a_field(options, sentences):
    assert told_of_plan(**options) == sentences
    assert CANARY not in str(sentences)


OF_LIST = "must be a list of dictionaries"
PLACES = {
    "a plan without a name": (estate({"comment": 7}), [
        "Plan 1 of organization 'Default': comment is 7, a number, " + NUMBER, "Plan 1 of organization 'Default': missing required arguments: name."]),
    "a name that YAML changed": (estate({"name": "a"}, {"name": 7}), ["Plan 2 of organization 'Default': name is 7, a number, " + NUMBER]),
    "an organization without a name": ({"organizations": [{"prune": "x"}]}, ["Entry 1 of organizations: prune is 'x' and must be true or false."]),
    "an organization that YAML changed": (
        {"organizations": [{"organization": 7, "plans": [{}]}]},
        ["Entry 1 of organizations: organization is 7, a number, " + NUMBER, "Plan 1 of entry 1 of organizations: missing required arguments: name."]),
    "defaults": (estate(defaults={"comment": 7}), ["Defaults: comment is 7, a number, " + NUMBER]),
    "a plan as text": (estate("p " + CANARY), ["Plan 1 of organization 'Default': this is text and must be a dictionary."]),
    "a plan as nothing": (estate(None), ["Plan 1 of organization 'Default': this is empty and must be a dictionary."]),
    "an organization as text": ({"organizations": ["Default"]}, ["Entry 1 of organizations: this is text and must be a dictionary."]),
    "plans that are one plan": (
        {"organizations": [{"organization": "A", "plans": {"name": CANARY}}]},
        [f"Organization 'A': plans is a dictionary and {OF_LIST}: put a dash before each entry."]),
    "plans as text": ({"organizations": [{"organization": "A", "plans": CANARY}]}, [f"Organization 'A': plans is text and {OF_LIST}."]),
    "an estate as text": (
        {"organizations": CANARY},
        [f"organizations is text and {OF_LIST}: on the command line, write variables as JSON (-e '{{...}}') or in a file (-e @file)."]),
    "an estate with a date, as older cores hand it over": (
        {"organizations": "[{'name': datetime.date(2026, 11, 25)}]"},
        [f"organizations is text and {OF_LIST}: dates and times in it need quotes, or else ansible-core up to 2.18 makes text of the whole."]),
    "one organization": ({"organizations": {}}, [f"organizations is a dictionary and {OF_LIST}: put a dash before each entry."]),
    "no estate": ({}, ["missing required arguments: organizations."]),
    "a misspelt option": (estate(prune_limits=1), ["Unsupported parameters of the module: 'prune_limits' (did you mean prune_limit?)."]),
    "a number of an option": (estate(prune_limit="five"), ["prune_limit is 'five' and must be a whole number."]),
    "no value for an option that has one by itself": (
        {"organizations": [{"organization": "A", "allow_empty": None, "plans": None, "prune": None}]},
        [f"Organization 'A': {key} is empty; leave it out, or give it a value." for key in ("plans", "allow_empty")]),
    "a choice that YAML changed": (estate(on_error=False), ["value of on_error must be one of: continue, stop, got: false."]),
}


@pytest.mark.parametrize("written, sentences", PLACES.values(), ids=PLACES)
def test_how_a_place_is_called(written, sentences):
    assert told(written) == sentences
    assert CANARY not in str(sentences)


SINGLES = {
    "a name": ({"name": "p", "comment": 7}, "Default", "Backup plan 'p' of organization 'Default': comment"),
    "an organization of its own": ({"name": "p", "organization": "A", "comment": 7}, "Default", "Backup plan 'p' of organization 'A': comment"),
    "no organization": ({"name": "p", "comment": 7}, None, "Backup plan 'p': comment"),
    "an id": ({"id": "x", "comment": 7}, "Default", "comment"),
    "no name": ({"name": 7}, "Default", "name"),
}


@pytest.mark.parametrize("written, organization, beginning", SINGLES.values(), ids=SINGLES)
def test_how_the_place_of_a_single_plan_is_called(written, organization, beginning):
    assert _options.mistakes(written, SINGLE, organization) == [f"{beginning} is 7, a number, {NUMBER}"]


FILES = {
    "files": {"type": "list", "elements": "dict", "required": True, "options": {"path": {"type": "path", "required": True}, "share": {"type": "float"}}}}


def test_entries_that_have_no_name_are_called_by_their_position():
    assert _options.mistakes({"files": [{"path": "a", "share": 0.5}, {"path": 7}, "b"]}, FILES, None) == [
        "Entry 2 of files: path is 7, a number, " + NUMBER, "Entry 3 of files: this is text and must be a dictionary."]


def test_one_mistake_is_told_as_it_is_and_many_are_counted():
    assert _options.message(["A."]) == "A."
    assert _options.message(["A.", "B?"]) == "2 mistakes: A. | B?"
    assert _options.message([str(number) for number in range(11)]) == "11 mistakes: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | and 1 more"
