"""The closed lists of the domain: values are stored, labels are shown.

Every list here may stand in the clear part of an entry unless its docstring says otherwise. Labels
are English message ids; screens show the Indonesian of the catalogue.
"""

from __future__ import annotations

from enum import StrEnum

from jemput.core.text import _


class Coded(StrEnum):
    """A code with the label that people read: ``Duty.COURIER.label``."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Coded:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        return member


class Duty(Coded):
    """What a person does in the programme; rights follow duties, never persons."""

    REPORTER = "reporter", _("Reporter")
    VILLAGE_REGISTRAR = "village_registrar", _("Village registrar")
    SUBDISTRICT = "subdistrict", _("Subdistrict officer")
    RW_AGENT = "rw_agent", _("RW agent")
    SOCIAL_AGENCY = "social_agency", _("Social agency officer")
    HEALTH_WORKER = "health_worker", _("Health worker")
    MAIN_ADMIN = "main_admin", _("Main administrator")
    SCHEDULER = "scheduler", _("Scheduler")
    HEAD_OF_SECTION = "head_of_section", _("Head of section")
    FIELD_OFFICER = "field_officer", _("Field officer")
    DATA_ENTRY = "data_entry", _("Data entry officer")
    PRINTING = "printing", _("Printing officer")
    COURIER = "courier", _("Courier")
    HEAD_OF_OFFICE = "head_of_office", _("Head of office")
    EVALUATOR = "evaluator", _("Evaluator")


class Partner(Coded):
    """Somebody who is not of the office and must, or may, be present at a visit."""

    FAMILY = "family", _("Family")
    GUARDIAN = "guardian", _("Guardian")
    COMPANION = "companion", _("Companion")
    HEALTH_WORKER = "health_worker", _("Health worker")
    SOCIAL_WORKER = "social_worker", _("Social worker")
    VILLAGE = "village", _("Village government")
    NEIGHBOURHOOD_HEAD = "neighbourhood_head", _("RT or RW head")
    BABINSA = "babinsa", _("Babinsa (army)")
    BHABINKAMTIBMAS = "bhabinkamtibmas", _("Bhabinkamtibmas (police)")
    PUBLIC_ORDER = "public_order", _("Public order unit (Satpol PP)")
    INSTITUTION = "institution", _("Institution staff")


class Training(Coded):
    """What an officer has learned and a step may ask for (B22, B41). Of the officer, never of a person."""

    MENTAL_DISORDER = "mental_disorder", _("Visiting people with mental disorder (ODGJ)")
    EXCEPTIONS = "exceptions", _("Recording in bed and biometric exceptions")
    SIGN_LANGUAGE = "sign_language", _("Sign language for officers")
    DATA_PROTECTION = "data_protection", _("Protection of personal data")


class Channel(Coded):
    """The way by which a report reached the office."""

    HOTLINE = "hotline", _("Complaint hotline")
    DESK = "desk", _("Office counter")
    NEIGHBOURHOOD = "neighbourhood", _("RT or RW")
    HAMLET_HEAD = "hamlet_head", _("Hamlet head")
    VILLAGE = "village", _("Village or ward")
    SUBDISTRICT = "subdistrict", _("Subdistrict")
    SOCIAL_AGENCY = "social_agency", _("Social agency")
    HEALTH_AGENCY = "health_agency", _("Health agency")
    PLANNING_AGENCY = "planning_agency", _("Planning agency (Bappeda)")
    COMMUNITY = "community", _("Community or public")
    RW_AGENT = "rw_agent", _("RW agent")
    WHATSAPP = "whatsapp", _("WhatsApp")
    TEXT_MESSAGE = "text_message", _("Text message")
    APPLICATION = "application", _("Online application")
    WEB = "web", _("Web page")
    REGISTER = "register", _("Register list")
    FIELD = "field", _("Met in the field")


class Document(Coded):
    """A document that the office issues."""

    KTP_EL = "ktp_el", _("Electronic identity card (KTP-el)")
    FAMILY_CARD = "family_card", _("Family card (KK)")
    CHILD_CARD = "child_card", _("Child identity card (KIA)")
    BIRTH_CERTIFICATE = "birth_certificate", _("Birth certificate")
    DEATH_CERTIFICATE = "death_certificate", _("Death certificate")
    BIODATA = "biodata", _("Resident biodata")
    CERTIFICATE = "certificate", _("Population certificate")


class DataCondition(Coded):
    """What is missing, as the register sees it (JEMPOL KEREN, T53-T57)."""

    NO_NIK = "no_nik", _("Has no NIK yet")
    NOT_RECORDED = "not_recorded", _("Not yet recorded biometrically")
    NOT_IN_DATABASE = "not_in_database", _("Not in the population database")
    DOCUMENTS_LOST = "documents_lost", _("Documents damaged or lost")
    NO_DOCUMENTS = "no_documents", _("Has no documents yet")
    DATA_CHANGE = "data_change", _("Data must be changed")
    UNKNOWN = "unknown", _("Not known yet")


class Sex(Coded):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    UNKNOWN = "unknown", _("Unknown")


class Urgency(Coded):
    """How soon: set by the service that is blocked without the document (G50, G54)."""

    EMERGENCY = "emergency", _("Emergency")
    HIGH = "high", _("High priority")
    NORMAL = "normal", _("Normal")


class Group(Coded):
    """Why the person cannot come. A health or prison fact: sealed, never clear."""

    DISABILITY = "disability", _("Person with disability")
    FRAIL_ELDERLY = "frail_elderly", _("Frail elderly")
    GRAVELY_ILL = "gravely_ill", _("Gravely ill")
    MENTAL_DISORDER = "mental_disorder", _("Person with mental disorder (ODGJ)")
    INMATE = "inmate", _("Inmate")
    NATURAL_DISASTER = "natural_disaster", _("Victim of natural disaster")
    SOCIAL_UNREST = "social_unrest", _("Victim of social disaster or unrest")
    NEGLECTED = "neglected", _("Neglected person")
    REMOTE_COMMUNITY = "remote_community", _("Remote community")
    FOREST_OR_STATE_LAND = "forest_or_state_land", _("Lives in forest, on state or disputed land")
    SOCIALLY_VULNERABLE = "socially_vulnerable", _("Socially vulnerable")
    NO_TECHNOLOGY = "no_technology", _("Difficulty with technology")
    NO_TIME = "no_time", _("Has no time to come")
    RELUCTANT = "reluctant", _("Reluctant or afraid to come")
    HARD_TO_REACH = "hard_to_reach", _("Lives in a hard-to-reach place")
    SELF_DECLARED = "self_declared", _("Says they cannot come")


class PlaceKind(Coded):
    """Where the person is. May tell of prison or hospital: sealed, never clear."""

    HOME = "home", _("Home")
    ORPHANAGE = "orphanage", _("Orphanage")
    OLD_AGE_HOME = "old_age_home", _("Old-age home")
    SOCIAL_HOME = "social_home", _("Social care home")
    ACTIVITY_CENTRE = "activity_centre", _("ODGJ activity centre")
    HOSPITAL = "hospital", _("Hospital")
    PRISON = "prison", _("Prison or jail")
    COMMUNITY_INSTITUTION = "community_institution", _("Community institution")
    STREET = "street", _("Street")
    SHELTER = "shelter", _("Shelter")
    COMMUNITY = "community", _("Community place")
    VILLAGE_OFFICE = "village_office", _("Village or subdistrict office")
    SERVICE_POINT = "service_point", _("Service point (MPP, GPP)")
    AGREED_PLACE = "agreed_place", _("Agreed place")
    OFFICE = "office", _("Civil registration office")


class Service(Coded):
    """A service blocked without the document (G50). May tell of illness: sealed, never clear."""

    HEALTH_INSURANCE = "health_insurance", _("Health insurance (BPJS)")
    HEALTH_CARE = "health_care", _("Medical care or admission")
    MENTAL_HEALTH_CARE = "mental_health_care", _("Mental health care")
    SOCIAL_AID = "social_aid", _("Social aid")
    BANKING = "banking", _("Banking")
    LAND = "land", _("Land matters")
    IMMIGRATION = "immigration", _("Immigration")
    MARRIAGE = "marriage", _("Marriage (KUA)")
    TRANSPORT = "transport", _("Transport")
    TELECOMMUNICATION = "telecommunication", _("Telecommunication")
    VACCINATION = "vaccination", _("Vaccination")
    SCHOOL = "school", _("School")
    OTHER = "other", _("Other service")


class Relation(Coded):
    """Who somebody is to the person served."""

    SELF = "self", _("The person themselves")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    SPOUSE = "spouse", _("Spouse")
    SIBLING = "sibling", _("Brother or sister")
    OTHER_FAMILY = "other_family", _("Other family member")
    GUARDIAN = "guardian", _("Guardian")
    COMPANION = "companion", _("Companion")
    INSTITUTION = "institution", _("Institution manager")
    NEIGHBOUR = "neighbour", _("Neighbour")
    NEIGHBOURHOOD_HEAD = "neighbourhood_head", _("RT, RW or hamlet head")
    VILLAGE = "village", _("Village or ward officer")
    AGENCY = "agency", _("Agency officer")
    OTHER = "other", _("Other")


class Weekday(Coded):
    MON = "mon", _("Monday")
    TUE = "tue", _("Tuesday")
    WED = "wed", _("Wednesday")
    THU = "thu", _("Thursday")
    FRI = "fri", _("Friday")
    SAT = "sat", _("Saturday")
    SUN = "sun", _("Sunday")


class Language(Coded):
    """What visits are held in beside Indonesian. Never clear: that somebody signs is a health fact."""

    JAVANESE = "javanese", _("Javanese")
    OSING = "osing", _("Osing")
    MADURESE = "madurese", _("Madurese")
    SUNDANESE = "sundanese", _("Sundanese")
    BETAWI = "betawi", _("Betawi")
    MALAY = "malay", _("Malay")
    BATAK = "batak", _("Batak")
    MINANGKABAU = "minangkabau", _("Minangkabau")
    BUGIS = "bugis", _("Bugis")
    SIGN = "sign", _("Indonesian sign language")


class Status(Coded):
    """The few states of a case; programmes cannot invent others."""

    REPORTED = "reported", _("Reported")
    ACCEPTED = "accepted", _("Accepted")
    IN_PROGRESS = "in_progress", _("In progress")
    ISSUED = "issued", _("Issued")
    DELIVERED = "delivered", _("Delivered")
    CLOSED = "closed", _("Closed")
    REJECTED = "rejected", _("Rejected")
    REFERRED = "referred", _("Referred")
    MERGED = "merged", _("Merged")


class Flag(Coded):
    """All else that a reader must know of a case; each has an age."""

    UNIDENTIFIED = "unidentified", _("Identity not known yet")
    PAPERS_WANTING = "papers_wanting", _("Papers wanting")
    DATA_PROBLEM = "data_problem", _("Data problem in SIAK")
    REVISIT = "revisit", _("Needs another visit")
    WITH_EXCEPTIONS = "with_exceptions", _("Biometric exception")
    AT_CENTRE = "at_centre", _("Waiting for the national centre")
    CENTRE_FAILED = "centre_failed", _("Failed at the national centre")
    CENTRE_UNKNOWN = "centre_unknown", _("Unknown centre status")
    PRINT_READY = "print_ready", _("Print ready")
    REPRINT = "reprint", _("Must be printed again")
    ORIGINALS_HELD = "originals_held", _("We hold original papers")
    IN_CUSTODY = "in_custody", _("Document on its way")
    DELIVERY_FAILED = "delivery_failed", _("Delivery failed")
    COMPLAINT_OPEN = "complaint_open", _("Open complaint")
    DATA_REQUEST_OPEN = "data_request_open", _("Citizen awaits data answer")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Consent withdrawn")
    AGAINST_RULES = "against_rules", _("Done outside the procedure")
