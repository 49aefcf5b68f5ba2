"""Scrapy's TLS with a memory: any certificate is accepted, and what a browser would say of it is told."""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL, crypto
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.core.downloader.tls import _ScrapyClientTLSOptions26
from scrapy.crawler import Crawler

from crawler.manners.certificates import in_words, issuer_address

from .context import running_crawl


class _TellingOptions(_ScrapyClientTLSOptions26):
    """The options of connections to one host; each certificate is looked at and none refused."""

    crawler: Crawler
    place: str

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:  # noqa: N802, N803
        """Twisted's way to a connection."""
        connection = super().clientConnectionForTLS(tlsProtocol)
        connection.set_verify(SSL.VERIFY_PEER, self._look)
        return connection

    def _look(self, _: SSL.Connection, certificate: crypto.X509, number: int, depth: int, ok: int) -> bool:
        if not ok:
            der = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
            running_crawl(self.crawler).certificate(self.place, in_words(number, der), issuer_address(der))
        return True


class TellingContextFactory(_ScrapyClientContextFactory):
    """Scrapy's context factory; tells the running crawl of each certificate that is not accepted as it was sent."""

    crawler: Crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> TellingContextFactory:
        """Made by Scrapy."""
        factory: TellingContextFactory = super().from_crawler(crawler, *args, **kwargs)
        factory.crawler = crawler
        return factory

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802
        """The options of connections to this host."""
        made, name = self._get_cert_options(), hostname.decode("ascii")
        made.getContext().set_default_verify_paths()
        options = _TellingOptions(made._makeTLSConnection, name)
        options.crawler, options.place = self.crawler, name if port == 443 else f"{name}:{port}"
        return options
