"""ODK Collect, as its client behaves: HEAD before POST, Basic after a 401, a form filled from its XForm."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

XF = "{http://www.w3.org/2002/xforms}"
LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


class NotOpenRosa(AssertionError):
    """What Collect says of an endpoint that does not answer as it wants."""


@dataclass
class Collect:
    """One phone, set up with an address, a name and a key."""

    name: str
    key: str
    http: Client = field(default_factory=Client)

    def call(self, method: str, path: str, **more: Any) -> Any:
        pair = base64.b64encode(f"{self.name}:{self.key}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "X-OpenRosa-Version": "1.0"}
        response = getattr(self.http, method)(path, headers=headers, **more)
        if response.headers.get("X-OpenRosa-Version") != "1.0":
            raise NotOpenRosa("no version header")
        return response

    def get_xml(self, path: str) -> ET.Element:
        response = self.call("get", f"{path}?deviceID=collect%3Atest")
        assert response.status_code == 200, response.content
        if "text/xml" not in response["Content-Type"]:
            raise NotOpenRosa(response["Content-Type"])
        return ET.fromstring(response.content)

    def forms(self) -> dict[str, dict[str, str]]:
        """Form id -> its line in the list."""
        lines = [
            {e.tag.removeprefix(LIST): e.text or "" for e in x} for x in self.get_xml("/openrosa/formList")
        ]
        assert all({"formID", "name", "downloadUrl"} <= line.keys() for line in lines)
        return {line["formID"]: line for line in lines}

    def cases(self, line: dict[str, str]) -> list[str]:
        """The lines of ``cases.csv``, from the manifest."""
        [file] = self.get_xml(line["manifestUrl"])
        parts = {e.tag.removeprefix(MANIFEST): e.text or "" for e in file}
        assert parts["hash"].startswith("md5:")
        return self.call("get", parts["downloadUrl"]).content.decode().splitlines()

    def fills(self, line: dict[str, str], answers: dict[str, str]) -> bytes:
        """The form's own instance with these answers, by path, and a number of its own."""
        model = self.get_xml(line["downloadUrl"]).find(f".//{XF}instance")
        assert model is not None
        data = model[0]
        said = {"meta/instanceID": f"uuid:{uuid4()}", "start": "2026-03-05T09:00:00.000+07:00"}
        for path, text in (said | {"end": "2026-03-05T09:40:00.000+07:00"} | answers).items():
            node = data.find("/".join(XF + part for part in path.split("/")))
            assert node is not None, path
            node.text = text
        return ET.tostring(data, encoding="utf-8", xml_declaration=True)

    def changes(self, xml: bytes, was: str, now: str) -> bytes:
        """The form opened once more, as Collect does where it may: a number of its own, and whose it was."""
        data = ET.fromstring(xml.decode().replace(was, now))
        meta = data.find(f"{XF}meta")
        assert meta is not None
        number = meta.find(f"{XF}instanceID")
        assert number is not None
        ET.SubElement(meta, f"{XF}deprecatedID").text = number.text
        number.text = f"uuid:{uuid4()}"
        return ET.tostring(data, encoding="utf-8", xml_declaration=True)

    def sends(self, xml: bytes, *photos: bytes, is_last: bool = True) -> Any:
        head = self.call("head", "/openrosa/submission?deviceID=x")
        if head.status_code != 204:
            raise NotOpenRosa(f"HEAD gave {head.status_code}")
        parts: dict[str, Any] = {"xml_submission_file": SimpleUploadedFile("form.xml", xml, "text/xml")}
        for number, photo in enumerate(photos):
            parts[f"17{number}.jpg"] = SimpleUploadedFile(f"17{number}.jpg", photo, "image/jpeg")
        if not is_last:
            parts["*isIncomplete*"] = "yes"
        return self.call("post", "/openrosa/submission?deviceID=x", data=parts)
