"""The platform's calls, a module for each subject; `wechat.client.Client` is all of them together."""
