"""Third-party monitoring of mine action: visits that somebody else makes, so that a donor may trust what is reported."""

from __future__ import annotations

from rafid.commons.programme import Form, Link, Navigation, Programme

from . import bulletins, visit_counts
from .checklists.sheets import TOPICS, form_id, title
from .contracts.importing import IMPORTS
from .declared import RECORDS, ROLES
from .indicators import MONTHLY
from .outcomes import declared as outcomes
from .plans.site_import import SITES


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


MONITORING = Programme(
    name="monitoring",
    names=three("رصد الطرف الثالث", "چاودێریی لایەنی سێیەم", "Third-party monitoring"),
    navigation=Navigation(
        names=three("رصد الطرف الثالث", "چاودێریی لایەنی سێیەم", "Third-party monitoring"),
        about=three(
            "زيارات مستقلة إلى مواقع إزالة الألغام: ما شوهد فيها، ومن راجعه.",
            "سەردانی سەربەخۆ بۆ شوێنەکانی پاککردنەوەی مین: چی بینرا و کێ پێداچوونەوەی بۆ کرد.",
            "Independent visits to clearance sites: what was seen there, and who reviewed it.",
        ),
        links=(
            Link("/monitoring/", three("اللوحة", "تەختە", "Board")),
            Link("/monitoring/contracts/", three("العقود", "گرێبەستەکان", "Contracts")),
            Link("/records/monitoring/site/", three("المواقع", "شوێنەکان", "Sites")),
            Link("/monitoring/plans/", three("خطط المعاينة", "پلانەکانی نموونە", "Plans")),
            Link("/monitoring/weeks/", three("الأسابيع", "هەفتەکان", "Weeks"), action="schedule"),
            Link("/monitoring/independence/", three("الاستقلالية", "سەربەخۆیی", "Independence"), action="independence"),
            Link(
                "/records/monitoring/visit/",
                three("الزيارات", "سەردانەکان", "Visits"),
                holds=("/monitoring/visits/", "/monitoring/findings/of-visit/"),
            ),
            Link("/monitoring/my/", three("زياراتي", "سەردانەکانم", "My visits"), action="visit"),
            Link("/monitoring/partner/", three("الزيارات المتاحة للشريك", "سەردانە کراوەکان", "Released visits")),
            Link("/monitoring/checklists/", three("قوائم التحقق", "لیستەکانی پشکنین", "Checklists")),
            Link("/monitoring/quality/", three("جودة البيانات", "جۆریی داتا", "Quality of the data"), action="judge"),
            Link("/monitoring/findings/", three("حالات عدم المطابقة", "ناگونجانەکان", "Non-conformities")),
            Link("/monitoring/outcomes/", three("النتائج", "ئەنجامەکان", "Outcomes"), holds=("/monitoring/land-use/",)),
            Link("/monitoring/warnings/", three("الإنذارات المبكرة", "ئاگادارکردنەوە پێشوەختەکان", "Early warnings")),
            Link("/monitoring/reports/", three("التقارير الفصلية", "ڕاپۆرتە چارەکییەکان", "Quarterly reports")),
            Link("/forms/?programme=monitoring", three("الاستمارات", "فۆڕمەکان", "Forms")),
        ),
    ),
    roles=ROLES,
    records=RECORDS,
    forms=(
        Form(
            "tpm_site_visit",
            "tpm_site_visit.md",
            names=three(
                "زيارة موقع إزالة الألغام (استمارة أقدم)",
                "سەردانی شوێنی پاککردنەوەی مین (فۆڕمی کۆنتر)",
                "Visit to a clearance site (older form)",
            ),
        ),
        Form(
            "site_registration",
            "site_registration.md",
            on_state="rafid.programmes.monitoring.arriving.sites:on_state",
            names=three("تسجيل موقع إزالة", "تۆمارکردنی شوێنێکی پاککردنەوە", "Registration of a clearance site"),
        ),
        Form(
            "site_followup",
            "site_followup.md",
            names=three("متابعة موقع إزالة", "بەدواداچوونی شوێنێکی پاککردنەوە", "Follow-up of a clearance site"),
        ),
        Form(
            "clearance_feedback",
            "clearance_feedback.md",
            names=three(
                "رأي الأهالي في إزالة الألغام", "ڕای خەڵک لەسەر پاککردنەوەی مین", "What villagers say about clearance"
            ),
        ),
        Form(
            "safeguarding_report",
            "safeguarding_report.md",
            names=three("بلاغ حماية سري", "ڕاپۆرتی نهێنیی پاراستن", "Sealed safeguarding report"),
        ),
        Form(
            "tpm_training_record",
            "tpm_training_record.md",
            names=three("سجل تدريب المراقبين", "تۆماری ڕاهێنانی چاودێران", "Training record of monitors"),
        ),
        *(
            Form(
                form_id(topic),
                f"{form_id(topic)}.md",
                on_state="rafid.programmes.monitoring.arriving.checklists:on_state",
                on_publish="rafid.programmes.monitoring.checklists.bring:published",
                names=title(topic),
            )
            for topic in TOPICS
        ),
        *outcomes.FORMS,
    ),
    datasets=(visit_counts.DATASET,),
    indicators=(*bulletins.INDICATORS, *MONTHLY),
    dashboards=(visit_counts.DASHBOARD,),
    bulletins=(bulletins.BULLETIN,),
    waiting=("rafid.programmes.monitoring.waiting:panels",),
    urls="rafid.programmes.monitoring.urls",
    api="rafid.programmes.monitoring.api:router",
    imports=(*IMPORTS, SITES, *outcomes.IMPORTS),
    demo="rafid.programmes.monitoring.demo:load",
)
