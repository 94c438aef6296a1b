from rafid.commons.programme import Column, Import, Programme, Role


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


STAGES = {
    "primary": ("Primary", "ابتدائية", "سەرەتایی"),
    "intermediate": ("Intermediate", "متوسطة", "ناوەندی"),
    "secondary": ("Secondary", "ثانوية", "دواناوەندی"),
}

SCHOOLS = Programme(
    name="schools",
    names=three("المدارس", "قوتابخانەکان", "Schools"),
    roles=(
        Role("clerk", three("كاتب", "نووسەر", "Clerk"), reads="restricted", may=frozenset({"add", "change", "import"})),
    ),
    imports=(
        Import(
            "schools",
            names=three("المدارس", "قوتابخانەکان", "Schools"),
            record="school",
            unique=("code",),
            columns=(
                Column("code", three("الرمز", "کۆد", "Code"), required=True),
                Column("name", three("الاسم", "ناو", "Name"), required=True),
                Column("stage", three("المرحلة", "قۆناغ", "Stage"), kind="choice", choices=STAGES),
                Column("governorate", three("المحافظة", "پارێزگا", "Governorate"), kind="place", levels=(1,)),
                Column(
                    "place",
                    three("القضاء", "قەزا", "District"),
                    kind="place",
                    parent="governorate",
                    levels=(2,),
                    divisions=("ocha2019",),
                ),
                Column("opened", three("تاريخ الافتتاح", "بەرواری کردنەوە", "Opened"), kind="date"),
                Column("pupils", three("التلاميذ", "قوتابییان", "Pupils"), kind="integer", minimum=0),
                Column("teachers", three("المعلمون", "مامۆستایان", "Teachers"), kind="integer", minimum=0),
                Column("area_m2", three("المساحة", "ڕووبەر", "Area"), kind="number", minimum=0),
                Column("electricity", three("الكهرباء", "کارەبا", "Electricity"), kind="boolean"),
                Column("longitude", three("خط الطول", "درێژی", "Longitude"), kind="longitude"),
                Column("latitude", three("خط العرض", "پانی", "Latitude"), kind="latitude"),
            ),
        ),
    ),
)
