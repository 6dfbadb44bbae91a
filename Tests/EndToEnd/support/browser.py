"""A browser without JavaScript: cookies, redirects and HTML forms, and nothing else."""

import dataclasses
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import httpx


@dataclasses.dataclass
class Form:
    action: str
    method: str
    fields: dict
    #: (name, value) of each submit button, in page order.
    buttons: list
    #: name → type of each input.
    types: dict

    def has(self, kind):
        return kind in self.types.values()


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.current = [], None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.current = Form(attributes.get("action") or "", (attributes.get("method") or "get").lower(), {}, [], {})
            self.forms.append(self.current)
        elif self.current is not None and tag in ("input", "button"):
            self._control(tag, attributes)

    def _control(self, tag, attributes):
        name, kind = attributes.get("name"), attributes.get("type") or ("submit" if tag == "button" else "text")
        if kind == "submit":
            self.current.buttons.append((name, attributes.get("value") or ""))
        elif name and not (kind in ("checkbox", "radio") and "checked" not in attributes):
            self.current.fields[name] = attributes.get("value") or ""
        if name:
            self.current.types[name] = kind

    def handle_endtag(self, tag):
        if tag == "form":
            self.current = None


class Page:
    """What the browser shows: a page of the server, or the callback that it was sent to."""

    def __init__(self, url, response=None):
        self.url, self.response = url, response
        self.html = response.text if response is not None else ""
        self.status = response.status_code if response is not None else None
        parser = _Forms()
        parser.feed(self.html)
        self.forms = parser.forms

    @property
    def left(self):
        """Whether the browser was sent away from the server."""
        return self.response is None

    @property
    def answer(self):
        """The parameters of the authorization response: query and fragment."""
        assert self.left, f"still on {self.url} ({self.status}):\n{self.html[:2000]}"
        parts = urlsplit(self.url)
        return dict(parse_qsl(parts.query, keep_blank_values=True)) | dict(parse_qsl(parts.fragment, keep_blank_values=True))

    def form(self, kind=None):
        """The page's form, or the one that has an input of this type."""
        found = [form for form in self.forms if kind is None or form.has(kind)]
        assert found, f"no form ({kind}) on {self.url} ({self.status}):\n{self.html[:2000]}"
        return found[0]

    @property
    def is_login(self):
        return not self.left and any(form.has("password") for form in self.forms)


class Browser:
    """Follows redirects as long as they stay on the server, keeps cookies, submits forms."""

    def __init__(self, issuer, verify=True):
        self.issuer = issuer
        self.http = httpx.Client(follow_redirects=False, verify=verify, timeout=20)

    def close(self):
        self.http.close()

    def open(self, url):
        return self._follow(self.http.get(url, headers={"Accept": "text/html"}))

    def submit(self, page, form=None, button=None, **fields):
        """Sends a form with changed fields, pressed by its first button or the one whose value or name is `button`."""
        form = form or page.form()
        data = {**form.fields, **fields}
        pressed = [b for b in form.buttons if button is None or button in b]
        assert pressed or button is None, f"no button {button}: {form.buttons}"
        if pressed and pressed[0][0]:
            data[pressed[0][0]] = pressed[0][1]
        target = urljoin(page.url, form.action)
        headers = {"Accept": "text/html", "Origin": origin(page.url), "Referer": page.url}
        if form.method == "post":
            return self._follow(self.http.post(target, data=data, headers=headers))
        return self._follow(self.http.get(target, params=data, headers=headers))

    def log_in(self, page, email, password):
        form = page.form("password")
        identifier = next(name for name, kind in form.types.items() if kind in ("text", "email"))
        secret = next(name for name, kind in form.types.items() if kind == "password")
        return self.submit(page, form, **{identifier: email, secret: password})

    def authorize(self, url, email=None, password=None, accept=True):
        """Opens an authorization request and does what a person would: signs in when asked, agrees when asked."""
        page = self.open(url)
        if page.is_login:
            assert email is not None, f"asked to log in on {page.url}"
            page = self.log_in(page, email, password)
            assert not page.is_login, f"the login was refused:\n{page.html[:3000]}"
        if not page.left and page.forms:
            page = self.submit(page) if accept else self.decline(page)
        return page

    def decline(self, page):
        form = page.form()
        return self.submit(page, form, button=form.buttons[-1][1])

    def _follow(self, response):
        for _ in range(20):
            url = str(response.request.url)
            if response.status_code not in (301, 302, 303, 307, 308):
                return Page(url, response)
            target = urljoin(url, response.headers["location"])
            if origin(target) != origin(self.issuer):
                return Page(target)
            response = self.http.get(urldefrag(target)[0], headers={"Accept": "text/html"})
        raise AssertionError(f"redirected too often, last to {url}")


def origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
