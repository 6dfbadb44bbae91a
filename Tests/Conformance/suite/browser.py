"""The browser of conformance 1.7 without its JavaScript: cookies, redirects, forms."""

from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx

from .pages import Form, Kind, Page, check_scripts
from .provider import Provider, media_type


@dataclass
class Arrival:
    """Where a navigation ended: on a page of the server, or at an address elsewhere."""

    #: The pages that were shown on the way, the last one included.
    pages: list[Page] = field(default_factory=list)
    #: The address outside the server that the browser was sent to.
    left_to: str | None = None
    #: What a form_post page sent there.
    posted: dict[str, str] | None = None

    @property
    def page(self) -> Page:
        """The page of the server that the browser stopped at."""
        assert self.left_to is None, f"the browser was sent to {self.left_to} with the form {self.posted}"
        return self.pages[-1]

    @property
    def kinds(self) -> list[Kind]:
        """What a person got to see: a page that submits itself is not among it."""
        return [page.kind for page in self.pages if page.kind is not Kind.FORM_POST]


class Browser:
    """Keeps cookies as long as it lives: one per module. Stays on the provider's origin, and tells where it was sent to."""

    def __init__(self, provider: Provider):
        self.origin = origin(provider.issuer)
        self.http = httpx.Client(verify=provider.trust, timeout=20)
        self._scripts: dict[str, str] = {}

    def close(self) -> None:
        self.http.close()

    def open(self, url: str) -> Arrival:
        return self._follow(self.http.get(urldefrag(url)[0], headers={"Accept": "text/html"}))

    def post(self, url: str, form: dict[str, str]) -> Arrival:
        """A form of the client's own page, sent to the server."""
        return self._follow(self.http.post(url, data=form, headers={"Accept": "text/html"}))

    def press(self, page: Page, button: str, **fields: str) -> Arrival:
        """Fills in the fields and presses the button of this id."""
        form = page.form_of(button)
        missing = [name for name in fields if name not in form.types]
        assert not missing, f"no input named {missing} on {page}"
        name, value = form.buttons[button]
        pressed = {name: value} if name else {}
        return self._submit(page, form, {**form.fields, **fields, **pressed})

    def _submit(self, page: Page, form: Form, data: dict[str, str]) -> Arrival:
        target = page.absolute(form.action)
        headers = {"Accept": "text/html", "Origin": self.origin, "Referer": page.url}
        if form.method == "post":
            return self._follow(self.http.post(target, data=data, headers=headers))
        return self._follow(self.http.get(target, params=data, headers=headers))

    def _follow(self, answer: httpx.Response) -> Arrival:
        for _ in range(20):
            url = str(answer.request.url)
            if answer.status_code not in (301, 302, 303, 307, 308):
                return self._show(url, answer)
            target = urljoin(url, answer.headers["location"])
            if origin(target) != self.origin:
                return Arrival(left_to=target)
            answer = self.http.get(urldefrag(target)[0], headers={"Accept": "text/html"})
        raise AssertionError(f"redirected too often, last to {url}")

    def _show(self, url: str, answer: httpx.Response) -> Arrival:
        """Conformance 1.6 and 1.7: what the browser shows is HTML, with scripts of ES5."""
        kind = media_type(answer)
        assert kind == "text/html", f"{url}: {answer.status_code} {kind}: {answer.text[:500]}"
        policy = answer.headers.get("content-security-policy", "")
        page = Page(url, answer.status_code, kind, answer.text, policy)
        check_scripts(page, [self._script(page.absolute(source)) for source in page.document.script_sources])
        if page.kind is Kind.FORM_POST:
            return self._run_form_post(page)
        return Arrival([page])

    def _script(self, url: str) -> str:
        if url not in self._scripts:
            self._scripts[url] = self.http.get(url).text
        return self._scripts[url]

    def _run_form_post(self, page: Page) -> Arrival:
        """What the page's own script does (OAuth 2.0 Form Post Response Mode); its policy must let it."""
        form, document = page.document.forms[0], page.document
        assert "submit" in "".join(document.scripts), f"nothing submits the form of {page}"
        assert page.status == 200, f"form_post page with status {page.status}"
        if "script-src" in page.policy or "default-src" in page.policy:
            nonces = [nonce for nonce, _ in document.script_marks if nonce]
            allowed = "'unsafe-inline'" in page.policy or any(f"'nonce-{nonce}'" in page.policy for nonce in nonces)
            assert allowed, f"the page's own policy stops its script: {page.policy}"
        return Arrival([page], left_to=page.absolute(form.action), posted=form.fields)


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
