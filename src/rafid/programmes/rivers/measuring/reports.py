"""The reports for publication, as the commons' ladder, gallery and ``/verify`` know them."""

from __future__ import annotations

from rafid.commons.programme import Report

from ..declared import three

_PATH = "rafid.programmes.rivers.droughts.monthly_paper"

REPORTS = (
    Report(
        "rivers-drought-monthly",
        three("الجفاف الشهري", "وشکەساڵیی مانگانە", "Drought of the month"),
        f"{_PATH}:gather",
        f"{_PATH}:say",
        summary=three(
            "خرائط SPI وSPEI للشهر، وحصة كل صنف من مساحة المحافظات، ومؤشرات المحطات العلنية.",
            "نەخشەی SPI و SPEI ی مانگەکە، بەشی هەر پۆلێک لە ڕووبەری پارێزگاکان، و پێنیشاندەری وێستگە گشتییەکان.",
            "Maps of SPI and SPEI of the month, the share of each class in the governorates, and public stations.",
        ),
        every="P1M",
        theme="water",
    ),
)
