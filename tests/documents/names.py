"""Made-up people and sentences in every script the documents are set in."""

from typing import NamedTuple


class Writing(NamedTuple):
    """A script with given and family names in it, an address, and a sentence of a note."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    address: str
    sentence: str


RIGHT_TO_LEFT = ("Hebrew", "Arabic", "Persian")

WRITINGS = {
    "Latin": Writing(
        ("Zoë", "Łukasz", "Siobhán"), ("Żółć", "O’Brien", "Ñúñez"), "12 Kœnig Straße", "Slept well since May."
    ),
    "Vietnamese": Writing(
        ("Thị Hằng", "Đức"), ("Nguyễn", "Trần"), "Số 5, đường Lê Lợi, Huế", "Bệnh nhân ngủ ngon hơn."
    ),
    "Yoruba": Writing(
        ("Ọlá", "Àdébáyọ\u0300"), ("Ẹniọlá", "Ṣó\u0323"), "Òpópónà Ọ̀ṣun 7", "Ó sùn dáadáa ní alẹ́ àná."
    ),
    "Greek": Writing(
        ("Ελένη", "Γιώργος"), ("Παπαδοπούλου", "Ζαΐρης"), "Οδός Ερμού 3, Αθήνα", "Ο ύπνος είναι καλύτερος."
    ),
    "Cyrillic": Writing(
        ("Ольга", "Їжак"), ("Щербакова", "Йорданов"), "вул. Ґонти 4, Київ", "Пацієнт спить краще."
    ),
    "Armenian": Writing(
        ("Անի", "Արմեն"), ("Սարգսյան", "Հակոբյան"), "Աբովյան 9, Երևան", "Հիվանդը լավ է քնում։"
    ),
    "Georgian": Writing(("ნინო", "გიორგი"), ("ბერიძე", "კაპანაძე"), "რუსთაველის 8", "პაციენტს უკეთ სძინავს."),
    "Hebrew": Writing(
        ("שרה", "יוסף"), ("כהן", "בן־דוד"), "רחוב הרצל 7, חיפה", "המטופלת ישנה טוב יותר מאז הפגישה."
    ),
    "Arabic": Writing(
        ("محمد", "عائشة"), ("عبدالرحمن", "الزهراني"), "شارع النيل ١٢، القاهرة", "ينام المريض أفضل منذ شهر."
    ),
    "Persian": Writing(
        ("علی\u200cرضا", "پریسا"), ("محمدی", "گلچین"), "خیابان ولی\u200cعصر ۱۴", "بیمار بهتر می\u200cخوابد."
    ),
    "Devanagari": Writing(
        ("क्षितिज", "श्रद्धा"),
        ("कृष्णमूर्ति", "श्रीवास्तव"),
        "४२ गाँधी मार्ग, दिल्ली",
        "रोगी को अच्छी नींद आती है।",
    ),
    "Nepali": Writing(("ज्ञानु", "निर्मल"), ("श्रेष्ठ", "भट्टराई"), "वडा नं. ५, काठमाडौँ", "बिरामी राम्ररी सुत्छन् ।"),
    "Bengali": Writing(("শিক্ষা", "কৌশিক"), ("চক্রবর্তী", "বন্দ্যোপাধ্যায়"), "১২ গোর্কি রোড, ঢাকা", "রোগী এখন ভালো ঘুমান।"),
    "Gujarati": Writing(("ધ્રુવ", "કૃષ્ણા"), ("ત્રિવેદી", "જોષી"), "૭ ગાંધી રોડ, સુરત", "દર્દી સારી રીતે ઊંઘે છે."),
    "Odia": Writing(("କୌଶଲ୍ୟା", "ଅଶ୍ରୁ"), ("ମହାନ୍ତି", "ଦ୍ୱିବେଦୀ"), "ପୁରୀ ରୋଡ଼ ୪", "ରୋଗୀ ଭଲ ଶୋଉଛନ୍ତି।"),
    "Tamil": Writing(("கௌரி", "ஸ்ரீதேவி"), ("கோவிந்தன்", "செல்வி"), "காந்தி சாலை 9", "நோயாளி நன்றாகத் தூங்குகிறார்."),
    "Thai": Writing(("กิ่งแก้ว", "น้ำใจ"), ("ภูมิพัฒน์", "ศรีสุข"), "๗ ถนนสีลม กรุงเทพฯ", "ผู้ป่วยบอกว่านอนหลับดีขึ้น"),
    "Simplified Chinese": Writing(("张伟", "丽华"), ("欧阳", "陈"), "北京市长安街１号", "病人说睡得好多了。"),
    "Traditional Chinese": Writing(
        ("國棟", "雅婷"), ("歐陽", "劉"), "臺北市中山路二段5號", "病人說睡得好多了。"
    ),
    "Japanese": Writing(
        ("花子", "さくら"), ("佐藤", "渡邉"), "東京都港区１丁目", "「よく眠れた」と言っていた。"
    ),
    "Korean": Writing(("철수", "영희"), ("김", "황보"), "서울특별시 종로 3길", "환자는 잠을 잘 잔다."),
    "Emoji": Writing(
        ("👩🏽\u200d⚕\ufe0f", "🇬🇧"),
        ("👨\u200d👩\u200d👧\u200d👦", "🐈"),
        "🏠 7\ufe0f\u20e3",
        "😀 👍🏿 ❤\ufe0f ✅",
    ),
}


def people(script: str) -> list[str]:
    """Every given name with every family name."""
    writing = WRITINGS[script]
    return [f"{given} {family}" for given in writing.given for family in writing.family]


OTHERS = {
    "Urdu": "نغمہ چوہدری",
    "Pashto": "ځواک ښاغلی",
    "Yiddish": "פֿײגל ראָזן",
    "Punjabi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Marathi": "ज्ञानेश्वर कुऱ्हाडे",
    "Telugu": "శ్రీనివాస్ రెడ్డి",
    "Kannada": "ಕೃಷ್ಣಮೂರ್ತಿ ಗೌಡ",
    "Malayalam": "ശ്രീജിത്ത് നായർ",
    "Sinhala": "ශ්\u200dරීමතී බණ්ඩාර",
    "Burmese": "အောင်ကျော် မြင့်",
    "Khmer": "សុភ័ក្ត្រ ចាន់",
    "Lao": "ສົມພອນ ແກ້ວມະນີ",
    "Amharic": "ሰላማዊት ተስፋዬ",
    "Hausa": "Ɓala Ƙofar Ɗan'iya",
    "Turkish": "İpek Ağaoğlu",
    "Welsh": "Ŵyn Llŷr",
    "Taken apart": "Zoe\u0308 D\u0323u\u031bo\u031b\u0301ng カ\u3099 \u1112\u1161\u11ab",
}
"""A name each of further languages that are spoken in Britain, and letters sent with their marks apart."""
