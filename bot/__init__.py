"""How does the process live? Settings, assembly, command line, the WeChat door, one turn."""
