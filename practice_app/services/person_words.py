"""The words for what is recorded about people, as screens and copies say it."""

from collections.abc import Mapping
from types import MappingProxyType

from practice_app.model.people import (
    AddressKind,
    EmailKind,
    Gender,
    HealthFactKind,
    NoNHSNumber,
    PatientStatus,
    PhoneKind,
    Safety,
    Sex,
)

SEX: Mapping[Sex, str] = MappingProxyType(
    {
        Sex.MALE: "Male",
        Sex.FEMALE: "Female",
        Sex.NOT_KNOWN: "Not Known",
        Sex.INDETERMINATE: "Indeterminate",
    }
)
"""Sex as registered at birth, in the order of the NHS; never abbreviated, and nothing is the default."""

GENDER: Mapping[Gender, str] = MappingProxyType(
    {
        Gender.MALE: "Male",
        Gender.FEMALE: "Female",
        Gender.OTHER: "Other Specific",
        Gender.NOT_KNOWN: "Not Known",
        Gender.NOT_SPECIFIED: "Not Specified",
    }
)

STATUS: Mapping[PatientStatus, str] = MappingProxyType(
    {
        PatientStatus.CURRENT: "Current",
        PatientStatus.DISCHARGED: "Discharged",
        PatientStatus.ARCHIVED: "Archived",
    }
)

HEALTH: Mapping[HealthFactKind, str] = MappingProxyType(
    {
        HealthFactKind.ALLERGY: "Allergy",
        HealthFactKind.NO_KNOWN_ALLERGIES: "No known allergies",
        HealthFactKind.MEDICATION: "Medication",
        HealthFactKind.ALERT: "Alert",
    }
)

NO_NHS_NUMBER: Mapping[NoNHSNumber, str] = MappingProxyType(
    {
        NoNHSNumber.NOT_ASKED: "Not asked yet",
        NoNHSNumber.NOT_KNOWN: "They do not know it",
        NoNHSNumber.WITHHELD: "They prefer not to say",
        NoNHSNumber.NEVER_GIVEN: "They have none (from abroad)",
    }
)

SAFETY: Mapping[Safety, str] = MappingProxyType(
    {
        Safety.NOT_ASKED: "Not asked",
        Safety.SAFE: "Safe",
        Safety.UNSAFE: "Not safe",
    }
)

PHONE_KIND: Mapping[PhoneKind, str] = MappingProxyType(
    {
        PhoneKind.MOBILE: "Mobile",
        PhoneKind.HOME: "Home",
        PhoneKind.WORK: "Work",
        PhoneKind.OTHER: "Other",
    }
)

EMAIL_KIND: Mapping[EmailKind, str] = MappingProxyType(
    {
        EmailKind.HOME: "Own",
        EmailKind.WORK: "Work",
        EmailKind.OTHER: "Other",
    }
)

ADDRESS_KIND: Mapping[AddressKind, str] = MappingProxyType(
    {
        AddressKind.HOME: "Home",
        AddressKind.CORRESPONDENCE: "For letters",
        AddressKind.WORK: "Work",
        AddressKind.TEMPORARY: "Temporary",
    }
)
