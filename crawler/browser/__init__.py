"""The browser: renders pages whose HTML is an empty shell. Playwright is used nowhere else in the crawler."""
