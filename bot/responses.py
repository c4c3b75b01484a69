"""What goes back to the browser of a worker's page, and what it may load."""

from urllib.parse import quote, urlsplit

from aiohttp import web

from bot import frames

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def html(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)


def tagged(text: str, sdk: str) -> web.Response:
    """A page with a tag of the platform may load its script, and what that draws and asks."""
    source = f"{urlsplit(sdk).scheme}://{urlsplit(sdk).netloc}"
    policy = (
        f"default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data: {source}; script-src 'self' {source}; "
        f"connect-src {source}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {**HEADERS, "Content-Security-Policy": policy}
    return web.Response(text=text, content_type="text/html", headers=headers)


def moved(status: int, where: str) -> web.Response:
    return web.Response(status=status, headers={**HEADERS, "Location": where})


def book(content: bytes, name: str) -> web.Response:
    """An Excel file to be kept."""
    named = f"attachment; filename=\"data.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    return web.Response(
        body=content, headers={**HEADERS, "Content-Disposition": named, "Content-Type": _XLSX}
    )


async def style(_: web.Request) -> web.Response:
    headers = {**HEADERS, "Cache-Control": "max-age=3600"}
    return web.Response(text=frames.STYLE, content_type="text/css", headers=headers)


async def script(_: web.Request) -> web.Response:
    headers = {**HEADERS, "Cache-Control": "max-age=3600"}
    return web.Response(text=frames.CONSENT_SCRIPT, content_type="text/javascript", headers=headers)
