"""What is wrong with a server's certificate, in words, and what a browser does about it.

A crawl and a look at robots.txt accept any certificate, for nothing secret is sent and what comes is public; but it is
told. A server that does not send its issuer's certificate is no fault to a browser, which fetches it from the address
that the certificate names.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

# Numbers of OpenSSL.
_WORDS = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is signed by itself, of which browsers warn",
    19: "its certificate comes from an issuer that browsers do not know",
}
_NO_ISSUER = (2, 20, 21)


def issuer_address(certificate: bytes) -> str:
    """Where the certificate (DER) says that its issuer's is kept; empty where it does not say."""
    try:
        extensions = x509.load_der_x509_certificate(certificate).extensions
        named = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return ""
    places = (item.access_location for item in named if item.access_method == AuthorityInformationAccessOID.CA_ISSUERS)
    return next((str(place.value) for place in places if str(place.value).startswith("http://")), "")


def in_words(number: int, certificate: bytes) -> str:
    """What OpenSSL's error number means for this certificate."""
    if number not in _NO_ISSUER:
        return _WORDS.get(number, f"its certificate is not accepted (OpenSSL {number})")
    kept = issuer_address(certificate)
    if kept:
        return f"it does not send the certificate of its issuer, which browsers fetch from {kept}"
    return "it does not send the certificate of its issuer, or browsers do not know it"
