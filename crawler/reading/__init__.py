"""What answers mean: links, worth, traps, verdicts. Pure: no network, no clock, no Scrapy."""
