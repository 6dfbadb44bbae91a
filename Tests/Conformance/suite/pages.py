"""HTML as a browser without JavaScript sees it: forms, frames, scripts and the elements that scripts look for."""

import enum
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

#: Elements that have no end tag.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: Comments and texts, which may say anything.
STRINGS = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""", re.DOTALL)
#: Of newer JavaScript than HtmlUnit is sure to read (conformance 1.7).
MODERN = re.compile(r"=>|\b(?:let|const|class|async|await|import|export)\s|`|\?\.|\?\?|crypto\.subtle")


class Kind(enum.Enum):
    """What a page is for, by the hooks of conformance 1.9."""

    LOGIN = "login"
    CONSENT = "consent"
    LOGOUT = "logout confirmation"
    LOGGED_OUT = "logged out"
    ERROR = "error"
    FORM_POST = "form_post"
    FRAMES = "front-channel logout"
    OTHER = "other"


@dataclass
class Form:
    action: str
    method: str
    #: name → value of what is sent whatever is pressed.
    fields: dict[str, str] = field(default_factory=dict)
    #: name → type of each named control.
    types: dict[str, str] = field(default_factory=dict)
    #: id → (name, value) of each submit button.
    buttons: dict[str, tuple[str | None, str]] = field(default_factory=dict)

    @property
    def is_hidden(self) -> bool:
        """Whether it has no control that a person fills in."""
        return all(kind in ("hidden", "submit") for kind in self.types.values())


class Document(HTMLParser):
    """One parsed page."""

    def __init__(self, html: str):
        super().__init__()
        self.forms: list[Form] = []
        self.frames: list[str] = []
        self.images: list[str] = []
        self.links: list[str] = []
        self.script_sources: list[str] = []
        self.scripts: list[str] = []
        #: (nonce, type) of each script element.
        self.script_marks: list[tuple[str | None, str | None]] = []
        self.texts: dict[str, str] = {}
        self.title = ""
        self._open: list[tuple[str, str | None]] = []
        self._form: Form | None = None
        self.feed(html)

    @property
    def headings(self) -> str:
        return self.texts.get("h1", "")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag not in VOID:
            self._open.append((tag, values.get("id")))
        if values.get("id"):
            self.texts.setdefault(values["id"], "")
        self._collect(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        while self._open and any(opened == tag for opened, _ in self._open):
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        for tag, identifier in self._open:
            for key in (identifier, tag if tag == "h1" else None):
                if key:
                    self.texts[key] = self.texts.get(key, "") + data
        if self._open and self._open[-1][0] == "script":
            self.scripts.append(data)
        if self._open and self._open[-1][0] == "title":
            self.title += data

    def _collect(self, tag: str, values: dict[str, str]) -> None:
        if tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag in ("input", "button") and self._form is not None:
            self._control(tag, values)
        elif tag == "iframe":
            self.frames.append(values.get("src", ""))
        elif tag == "img":
            self.images.append(values.get("src", ""))
        elif tag == "a":
            self.links.append(values.get("href", ""))
        elif tag == "script":
            self.script_marks.append((values.get("nonce"), values.get("type")))
            self.script_sources += [values["src"]] if "src" in values else []

    def _control(self, tag: str, values: dict[str, str]) -> None:
        kind = values.get("type") or ("submit" if tag == "button" else "text")
        name = values.get("name")
        if kind == "submit":
            self._form.buttons[values.get("id", f"button {len(self._form.buttons)}")] = (name, values.get("value", ""))
            return
        if name and not (kind in ("checkbox", "radio") and "checked" not in values):
            self._form.fields[name] = values.get("value", "")
        if name:
            self._form.types[name] = kind


@dataclass
class Page:
    """A page of the server, shown in the browser."""

    url: str
    status: int
    content_type: str
    html: str
    policy: str = ""

    def __post_init__(self) -> None:
        self.document = Document(self.html)

    @property
    def kind(self) -> Kind:
        document, buttons = self.document, self.buttons
        if "error-page" in document.texts:
            return Kind.ERROR
        if "login-submit" in buttons:
            return Kind.LOGIN
        if "consent-accept" in buttons:
            return Kind.CONSENT
        if "logout-confirm" in buttons:
            return Kind.LOGOUT
        if document.frames:
            return Kind.FRAMES
        if "You are logged out" in document.title + document.headings:
            return Kind.LOGGED_OUT
        if document.scripts and document.forms and all(form.is_hidden and form.method == "post" for form in document.forms):
            return Kind.FORM_POST
        return Kind.OTHER

    @property
    def buttons(self) -> dict[str, Form]:
        """id → form of each submit button."""
        return {identifier: form for form in self.document.forms for identifier in form.buttons}

    def form_of(self, button: str) -> Form:
        assert button in self.buttons, f"no button id={button} on {self}"
        return self.buttons[button]

    def absolute(self, address: str) -> str:
        return urljoin(self.url, address or self.url)

    def __str__(self) -> str:
        return f"{self.kind.value} page at {self.url} ({self.status}):\n{self.html[:3000]}"


def check_scripts(page: Page, sources: list[str]) -> None:
    """Scripts that an old engine can read (conformance 1.7). `sources` are the texts of the linked ones."""
    assert all(kind != "module" for _, kind in page.document.script_marks), f"an ES module on the {page.kind.value} page"
    for script in page.document.scripts + sources:
        code = STRINGS.sub("", script)
        found = MODERN.search(code)
        excerpt = code[max(0, found.start() - 60):found.end() + 60] if found else ""
        assert not found, f"newer than ES5 on the {page.kind.value} page: …{excerpt}…"
