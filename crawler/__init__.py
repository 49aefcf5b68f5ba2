"""Gathers evidence: the only package that fetches municipalities' sites. It writes nothing but evidence."""
