"""Scrapy's parts: from the address that is next to the answer in the evidence."""
