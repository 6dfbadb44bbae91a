"""Debian's Chromium, headless, driven by its own driver."""

import pathlib
import shutil

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

DESKTOP, PHONE = (1280, 900), (390, 844)


class Chromium:
    def __init__(self, pictures: pathlib.Path):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
            options.add_argument(argument)
        options.accept_insecure_certs = True
        # Headless Chromium blocks the cookies of other sites' frames, where a person's browser still asks its settings.
        options.add_experimental_option("prefs", {"profile.cookie_controls_mode": 0})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.set_window_size(*DESKTOP)
        self.driver.set_script_timeout(20)
        self.pictures = pictures
        pictures.mkdir(parents=True, exist_ok=True)

    def close(self):
        self.driver.quit()

    def forget(self):
        """A browser that was never here before: no cookies, no console messages."""
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.driver.get("about:blank")
        self.driver.get_log("browser")

    def open(self, url):
        self.driver.get(url)

    @property
    def url(self):
        return self.driver.current_url

    @property
    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def element(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def elements(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait(self, condition, what):
        return WebDriverWait(self.driver, 15).until(lambda _: condition(), f"waited in vain for {what}; at {self.url}")

    def wait_for_url(self, prefix):
        self.wait(lambda: self.url.startswith(prefix), prefix)

    def log_in(self, email, password):
        identifier = self.element("input[type=email], input[type=text]")
        identifier.clear()
        identifier.send_keys(email)
        self.element("input[type=password]").send_keys(password)
        page = self.element("html")
        self.element("form button[type=submit], form button:not([type])").click()
        self._wait_until_left(page)

    def press(self, selector):
        page = self.element("html")
        self.element(selector).click()
        self._wait_until_left(page)

    def _wait_until_left(self, page):
        def left():
            try:
                page.is_enabled()
                return False
            except Exception:
                return True

        self.wait(left, "the next page")

    def console_errors(self):
        """Errors since the last call. A page that answers 4xx on purpose is itself logged by the browser, not by the page."""
        return [
            entry["message"] for entry in self.driver.get_log("browser")
            if entry["level"] == "SEVERE" and "Failed to load resource: the server responded with a status of 4" not in entry["message"]
        ]

    def photograph(self, name):
        """Pictures of the page in light and dark, desktop and phone width, for a person to look at."""
        for scheme in ("light", "dark"):
            media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
            for device, (width, height) in (("desktop", DESKTOP), ("phone", PHONE)):
                size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": device == "phone"}
                self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                self.driver.save_screenshot(str(self.pictures / f"{name}-{scheme}-{device}.png"))
                assert self._overflow() <= 0, f"{name} is wider than a {device} screen"
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    def _overflow(self):
        return self.driver.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
