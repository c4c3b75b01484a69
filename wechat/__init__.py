"""How the WeChat wire works: the callback's codec, the client of the platform's calls, tokens and error classes."""
