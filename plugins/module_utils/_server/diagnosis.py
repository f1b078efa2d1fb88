# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Why no answer came, in words that name the part that is wrong; exceptions of requests tell of objects, and quote headers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.certificates import Authorities

try:
    import requests
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
except ImportError:
    # `transport` tells of it
    pass

# what TLS lets a server say of a client's certificate
OF_CLIENT_CERTIFICATE = r"alert (certificate|bad certificate|unknown ca|unsupported certificate|access denied|decrypt error)"
NO_HTTP = r"BadStatusLine|LineTooLong|InvalidChunkLength|UnknownProtocol|UnknownTransferEncoding|got more than"


class Failure(NamedTuple):
    """No answer came: ``text`` says why. ``sent`` and ``hopeless`` as of `errors.Unreachable`.

    A value, not an exception: those of requests quote addresses and headers, and would hang on to whatever is raised while they are handled.
    """

    text: str
    sent: bool
    hopeless: bool


class Route(NamedTuple):
    """What a request passes. ``proxy``: its address, without a password, "" for none. ``verify``: as of `transport.Connection`, with ``authorities``
    that tell where a path comes from. ``certificate``: whether a client certificate is shown.
    """

    url: str
    proxy: str
    verify: object
    authorities: Authorities
    certificate: bool

    def __str__(self) -> str:
        return f"{self.url} through the proxy {self.proxy}" if self.proxy else self.url


def too_slow(route: Route, seconds: float, option: str) -> Failure:
    # the server goes on computing a request whose client has left, so asking again only adds to its load
    return Failure(f"{route} did not answer within {seconds:.4g} seconds. Raise {option}, or ask for less.", sent=True, hopeless=True)


def broken_tls(error: Exception, route: Route, scrub: Callable[[str], str]) -> Failure:
    """It was TLS before, and the request may have gone out."""
    return Failure(f"the TLS connection with {route} broke ({_cause(error, scrub)}).", sent=True, hopeless=False)


def diagnosis(error: Exception, route: Route, scrub: Callable[[str], str], answered_before: bool) -> Failure:
    errors, cause = requests.exceptions, _cause(error, scrub)
    fault = _fault_of_authorities(error, route)
    if fault:
        return Failure(fault, sent=False, hopeless=True)
    if isinstance(error, errors.SSLError):
        return _of_tls(str(error), cause, route)
    if isinstance(error, errors.ProxyError):
        return _of_proxy(error, cause, route)
    if isinstance(error, errors.InvalidSchema) and "SOCKS" in str(error):
        return Failure("the proxy in the environment is one for SOCKS, which takes the Python package PySocks.", sent=False, hopeless=True)
    if isinstance(error, errors.ContentDecodingError) or re.search(NO_HTTP, str(error)):
        return Failure(f"what {route} answered is no HTTP/1.1 that can be read. Check the port in api_url.{_tls_hint(route, answered_before)}", True, False)
    if isinstance(error, ValueError):
        # InvalidURL, InvalidHeader and their like are ValueErrors too
        return Failure(f"the request cannot be sent ({type(error).__name__}). Check api_url.", sent=False, hopeless=True)
    if not isinstance(error, errors.RequestException):
        return Failure(f"{scrub(str(error))}. Check ca_path, client_cert and client_key.", sent=False, hopeless=True)
    if _never_left(error):
        return Failure(f"{route} cannot be reached ({cause}). Check api_url, the network and the firewall.", sent=False, hopeless=False)
    return Failure(f"the connection to {route} was closed without an answer.{_tls_hint(route, answered_before)}", sent=True, hopeless=False)


def _tls_hint(route: Route, answered_before: bool) -> str:
    return "" if answered_before or route.url.startswith("https:") else " If it expects TLS there, write https:// in api_url."


def _fault_of_authorities(error: Exception, route: Route) -> str:
    """What is wrong with the certificates that are trusted, where TLS or requests could not begin for it; "" for nothing."""
    errors = requests.exceptions
    possible = isinstance(error, errors.SSLError) or not isinstance(error, errors.RequestException)
    return route.authorities.fault(route.verify) if possible and isinstance(route.verify, str) else ""


def _of_proxy(error: Exception, cause: str, route: Route) -> Failure:
    wanted = " It wants a user and password, in its address in the environment." if "407" in cause else ""
    text = f"the proxy in the environment does not let us reach {route.url} ({route.proxy}: {cause}).{wanted}"
    return Failure(text, sent=not _never_left(error), hopeless=bool(wanted))


def _of_tls(text: str, cause: str, route: Route) -> Failure:
    if re.search(r"doesn't match|name mismatch|address mismatch|is not valid for", text):
        return Failure(f"the certificate of {route} is that of another host ({cause}). Check the host in api_url.", sent=False, hopeless=True)
    if re.search("certificate has expired|not yet valid", text):
        return Failure(f"the certificate of {route} is not valid now ({cause}). Renew it, or set the clock.", sent=False, hopeless=True)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return Failure(f"the certificate of {route} is not trusted ({cause}). {_remedy(cause, route)}", sent=False, hopeless=True)
    if re.search(r"wrong version number|record layer failure|unknown protocol|http request", text, re.IGNORECASE):
        return Failure(f"{route} does not speak TLS ({cause}). Check api_url: the port is wrong, or it must begin with http://.", sent=False, hopeless=True)
    if re.search(r"alert protocol version|unsupported protocol|no protocols available", text):
        return Failure(f"{route} speaks no version of TLS that is allowed here ({cause}).", sent=False, hopeless=True)
    if route.certificate and re.search(OF_CLIENT_CERTIFICATE, text):
        return Failure(f"{route} does not accept the certificate in client_cert ({cause}).", sent=False, hopeless=True)
    if "alert certificate required" in text:
        return Failure(f"{route} asks for a client certificate ({cause}). Set client_cert and client_key.", sent=False, hopeless=True)
    # an end without a farewell may come after the request was sent
    broken = "EOF occurred" in text
    check = ", client_cert and client_key." if route.certificate else ". If it asks for a client certificate, set client_cert and client_key."
    return Failure(f"no TLS connection with {route} could be made ({cause}). Check api_url{check}", sent=broken, hopeless=not broken)


def _remedy(cause: str, route: Route) -> str:
    if isinstance(route.verify, str):
        return route.authorities.remedy(route.verify)
    # OpenSSL up to 1.1 wrote it without the hyphen
    if re.search("self.signed certificate$", cause):
        return "Set ca_path to a copy of it, once you know that it is the right one."
    return "Set ca_path to the certificate of your CA."


def _cause(error: Exception, scrub: Callable[[str], str]) -> str:
    """The innermost reason in words, without the addresses and objects that requests and urllib3 put around it."""
    text = scrub(str(getattr(error.args[0], "reason", error) if error.args else error))
    text = re.sub(r"<[^>]*>:?\s*|\w*\(?host=.*?\):\s*", "", text)
    known = re.search(
        r"\[SSL[^\]]*\] ([^(\n]*)|(EOF occurred in violation of protocol)|\[Errno -?\d+\] ([^'\"\n)]*)|(timed out)|(hostname .* doesn't match [^'\n)]*)"
        r"|Tunnel connection failed: ([^'\"\n)]*)|(?:RemoteDisconnected|BadStatusLine)\(['\"](Remote end closed connection)?", text)
    return next((group for group in known.groups() if group), "no HTTP").strip().rstrip(".") if known else type(error).__name__


def _reason(error: Exception) -> Optional[object]:
    reason = getattr(error.args[0], "reason", error.args[0]) if error.args else None
    # urllib3 1.26 wraps any fault behind a proxy, a lost answer too
    return getattr(reason, "original_error", reason)


def _never_left(error: Exception) -> bool:
    """Whether the request surely was not sent: no connection came about, to the server or through the proxy."""
    reason = _reason(error)
    return (
        isinstance(reason, (NewConnectionError, ConnectTimeoutError)) or isinstance(error, requests.exceptions.ConnectTimeout)
        or str(reason).startswith("Tunnel connection failed")
    )
