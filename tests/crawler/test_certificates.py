"""Certificates that a browser accepts or mends: the site is read, and what is wrong is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from crawler.browser.gateway import Gateway
from crawler.browser.robots import robots_reader
from crawler.manners.certificates import in_words, issuer_address
from crawler.manners.guard import Guard
from crawler.processes.run import crawl_study
from study import CrawlStatus, StoredJson, StudyFolder, read_events

from .conftest import Served, html

KEPT = "http://issuer.example/ca.crt"


def certificate(path: Path, *, has_issuer: bool = True, kept: str = KEPT, ends: datetime | None = None) -> Path:
    """A server's certificate and key in one file, signed by an issuer that is not sent, or by itself."""
    key, issuer_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Issuer in the middle")]) if has_issuer else name
    named = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(kept))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(ends or datetime.now(UTC) + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.AuthorityInformationAccess([named]), critical=False)
        .sign(issuer_key if has_issuer else key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


def secured(site: Served, file: Path) -> str:
    """Put TLS before a loopback site; gives its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    return f"https://{site.host}/"


PAGES = {
    "/": html("Kunta", ("/venepaikat", "Venepaikat"), ("/kirjasto", "Kirjasto")),
    "/venepaikat": html("Venepaikat"),
    "/kirjasto": html("Kirjasto", text="Kirjastosta voi lainata kirjoja. " * 9),
}


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({}, f"does not send the certificate of its issuer, which browsers fetch from {KEPT}"),
        ({"kept": "ldap://issuer.example/"}, "does not send the certificate of its issuer, or browsers do not know it"),
        ({"has_issuer": False}, "is signed by itself"),
    ],
    ids=["issuer missing", "issuer unknown", "self-signed"],
)
def test_a_site_is_read_and_what_is_wrong_with_its_certificate_is_told(
    serve: Callable[..., Served], study: Callable[..., StudyFolder], tmp_path: Path, how: dict[str, object], told: str
) -> None:
    site = serve()
    address = secured(site, certificate(tmp_path / "s.pem", **how))  # type: ignore[arg-type]
    site.pages = dict(PAGES)
    folder = study({"901": (address,)})
    (outcome,) = crawl_study(folder)
    assert outcome.status is CrawlStatus.COMPLETE, outcome
    assert told in outcome.detail
    notes = [e for e in read_events(folder.warc_files("901")) if isinstance(e, StoredJson) and e.kind == "certificate"]
    assert len(notes) == 1


def test_the_audit_reads_robots_behind_such_a_certificate_and_lets_the_browser_fetch_the_issuer_s(
    serve: Callable[..., Served], tmp_path: Path
) -> None:
    site = serve({"/robots.txt": "User-agent: *\nDisallow: /kielletty\n"})
    address = secured(site, certificate(tmp_path / "s.pem"))

    async def read() -> tuple[bool, bool, bool]:
        gateway = Gateway(Guard([site.host]))
        await gateway.start()
        rules = await robots_reader(gateway, "test")(f"{address}robots.txt")
        known = rules.allows(f"{address}muu"), rules.allows(f"{address}kielletty"), await gateway.asked.knows(KEPT)
        await gateway.close()
        return known

    assert asyncio.run(read()) == (True, False, True)


@pytest.mark.parametrize("der", [b"", b"\x30\x03\x02\x01\x01", b"no certificate"])
def test_what_is_no_certificate_names_no_issuer(der: bytes) -> None:
    assert issuer_address(der) == ""
    assert "issuer" in in_words(20, der)
