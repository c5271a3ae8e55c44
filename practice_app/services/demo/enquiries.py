"""Questions of people who never became patients; each has a clock of its own (P35, P57)."""

from datetime import timedelta

from practice_app.model.people import Enquiry, Sex
from practice_app.rules import names
from practice_app.services.demo import calls
from practice_app.services.demo.clinic import Clinic
from practice_app.services.demo.invention import Inventor, working_day
from practice_app.services.demo.profile import PhoneLine
from practice_app.services.demo.registering import reach
from practice_app.services.demo.rows import Rows
from practice_app.services.demo.stock import CallTopic, EnquiryTopic

_CALL = CallTopic("Asked about coming here", "See the enquiry", outward=False)


def add(rows: Rows, clinic: Clinic, inventor: Inventor, count: int) -> None:
    """The enquiries of the lists, and for a large practice further ones of invented people."""
    topics = clinic.stock.enquiries
    for number in range(max(count, len(topics))):
        topic = topics[number % len(topics)]
        if number < len(topics):
            name = topic.name
        else:
            invented = inventor.name(inventor.group(), Sex.FEMALE, title=True)
            name = names.plain_name(invented)
        _enquiry(rows, clinic, inventor, topic, name)


def _enquiry(rows: Rows, clinic: Clinic, inventor: Inventor, topic: EnquiryTopic, name: str) -> None:
    id = rows.chance.id()
    received = working_day(clinic.today - timedelta(days=topic.days))
    at = clinic.at(received, rows.chance.between(9, 16), rows.chance.between(0, 59))
    rows.person(id, names.split_full_name(name), at, source=f"told by {topic.channel}")
    by_phone = topic.channel == "phone"
    number = inventor.mobile()
    if by_phone:
        reach(rows, id, phones=(PhoneLine(number),))
    rows.add(
        Enquiry,
        person_id=id,
        received_at=at,
        channel=topic.channel,
        about=topic.about,
        closed_on=None if topic.closed is None else received + timedelta(days=topic.closed),
    )
    if by_phone:
        calls.ring(rows, id, at, _CALL, caller=name, number=number, handled_by=clinic.receptionist)
