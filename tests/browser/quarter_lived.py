"""The rest of a quarter: slipped, dropped, talked over, reported, proved and closed."""

import re
from datetime import datetime

from playwright.sync_api import expect

from planning.models import (
    Commitment,
    Decision,
    Forum,
    Initiative,
    KeyResult,
    Objective,
)
from planning.tasks import prepare_forums, sweep_evidence
from prodops.notifications.models import Mail
from reporting.tasks import check_truth, refresh
from tests.browser.quarter_planned import NAMES, choose, field, fill_in, press, quarter, reach

WHY = "Two of three accounts asked for it by name, and the third one left over it."


def slip_and_decide(cast, on):
    """Mira's date moves by three days; what follows from that she decides the day after."""
    one = Initiative.objects.get(title=NAMES[0])
    page = on(cast.mira, 11, 18)
    page.goto(f"/planning/initiatives/{one.pk}/target/")
    field(page, "Target").fill("2026-12-14")
    page.get_by_label("Why it moves").select_option(index=1)
    page.get_by_label("What happened").fill("The load test found one query more.")
    press(page, re.compile("Move|Save"))
    decision = Decision.objects.get(initiative=one)
    page = on(cast.mira, 11, 19)
    page.goto(f"/planning/decisions/{decision.pk}/decision/")
    fill_in(page, {"Decision": "We keep the scope.", "Option 1": "Keep it", "Option 2": "Cut it"})
    field(page, "Rationale").fill(WHY)
    field(page, "Why not").nth(1).fill("Then nobody could use it.")
    press(page, "Record decision")
    decision.refresh_from_db()
    assert decision.state == "decided"


def drop_one_in_mid_cycle(cast, on):
    """The middle of the cycle was on 16 November: who drops later has not descoped in time."""
    commitment = Commitment.objects.get(initiative__title=NAMES[2])
    page = on(cast.olga, 11, 20)
    page.goto(f"/planning/commitments/{commitment.pk}/drop/")
    page.get_by_role("button", name="Drop from plan").click()
    assert Commitment.objects.filter(pk=commitment.pk, dropped_at=None).exists()
    page.get_by_label("Why it is dropped").select_option(index=1)
    page.get_by_label("What happened").fill("The carrier left the market.")
    press(page, "Drop from plan")
    page.goto(f"/planning/cycles/{quarter().pk}/changes/")
    expect(page.locator("del").filter(has_text=NAMES[2])).to_be_visible()
    expect(page.locator("ins").filter(has_text="14 Dec")).to_be_visible()


def hold_a_forum(cast, on):
    """The drop calls for a decision; the forum takes it, without any alternative."""
    page = on(cast.olga, 11, 20, 12)
    page.goto("/planning/forums/new/")
    fill_in(page, {"Name": "Planning review", "First on or after": "2026-11-23"})
    page.get_by_label("Weekday").select_option(label="Tuesday")
    page.get_by_label("At", exact=True).fill("10:00")
    for source in page.locator("input[name=sources]").all():
        source.check()
    page.get_by_role("checkbox", name="Mira Chen").check()
    press(page, "Open forum")
    session = Forum.objects.get().sessions.order_by("starts_at").first()
    assert session.starts_at.date() == datetime(2026, 11, 24).date()
    page = on(cast.olga, 11, 24, 9)
    prepare_forums()
    page.goto(session.get_absolute_url())
    press(page, "Begin the session")
    stub = Decision.objects.undecided().get()
    page.goto(f"/planning/sessions/{session.pk}/live/")
    page.locator("[id^=to-item-]").filter(has_text=stub.title[:30]).first.click()
    page.get_by_label("Notes, written together").press_sequentially("We asked two others.")
    expect(page.get_by_text("Saved").first).to_be_visible()
    page.get_by_text(f"Take {stub.key}").click()
    fill_in(page, {"Decision": "We go on with the other two."})
    field(page, "Rationale").fill(WHY)
    press(page, "Write down the decision")
    page.goto(f"/planning/sessions/{session.pk}/close/")
    press(page, "Close and mail the minutes")
    stub.refresh_from_db()
    assert stub.state == "decided"
    minutes = Mail.objects.get(to=cast.mira.email, body__subject__contains="inutes")
    assert "We asked two others." in minutes.body.text


def report_and_look(cast, on):
    """Both say "on track" on Friday; on Monday the hub looks: Ben's was due two weeks ago."""
    for user, name in ((cast.mira, NAMES[0]), (cast.ben, NAMES[1])):
        one = Initiative.objects.get(title=name)
        page = on(user, 12, 4)
        page.goto(f"/planning/initiatives/{one.pk}/report/")
        page.get_by_label("On track").check()
        page.get_by_label("What happened, what comes next").fill("It goes well.")
        press(page, "Report")
    page = on(cast.ben, 12, 7)
    refresh()
    check_truth()
    page.goto("/")
    expect(page.get_by_text("Reports to confirm or correct").first).to_be_visible()


def prove_one_key_result(cast, on):
    """Of two key results one says where it stands, with evidence."""
    one = KeyResult.objects.get(title="Calls about returns")
    page = on(cast.mira, 12, 15)
    page.goto(f"/planning/key-results/{one.pk}/check-in/")
    page.get_by_label("Value now").fill("40")
    page.get_by_label("On track").check()
    page.get_by_label("Evidence").fill("/reporting/scorecard/")
    press(page, "Check in")
    sweep_evidence()
    expect(page.get_by_text("75 %").first).to_be_visible()


def close_the_quarter(cast, on):
    one = Initiative.objects.get(title=NAMES[0])
    page = on(cast.mira, 12, 14)
    page.goto(f"/planning/initiatives/{one.pk}/stage/")
    page.locator("input[name=stage][value=done]").check()
    press(page, "Move")
    prove_one_key_result(cast, on)
    reach(cast, on, 2, 12, 18)
    page = on(cast.olga, 1, 4, year=2027)
    objective = Objective.objects.get()
    page.goto(f"/planning/objectives/{objective.pk}/closing/")
    fill_in(page, {"Grade": "0.7", "What came of it": "Fewer calls, refunds not begun."})
    choose(page, "Carry forward into", "Q1 2027")
    page.get_by_label(re.compile("Refunds in a day")).check()
    press(page, "Close objective")
    page.goto(f"/planning/cycles/{quarter().pk}/close/")
    page.locator("select[name^=fate_]").select_option(label="Carry forward to Q1 2027")
    press(page, "Close Q4 2026")
    assert quarter().is_closed
    carried = Commitment.objects.get(cycle__name="Q1 2027")
    assert carried.initiative.title == NAMES[1]
    assert carried.carried_from.cycle == quarter()
    assert Objective.objects.get(cycle__name="Q1 2027").carried_from == objective
