"""What people ask the demo organisation for: by squad, in several wordings, with the reason why."""

# ruff: noqa: E501 - each wish reads best on lines of its own
# squad: [(category, [wordings], what is asked, why it matters)]
WISHES = {
    "booking": [
        (
            "capability",
            [
                "Book many shipments from a spreadsheet",
                "Bulk booking by CSV upload",
                "Import a list of bookings at once",
            ],
            "Our planners key in every shipment by hand. Let us upload a spreadsheet and book all rows after a check.",
            "Two planners spend every Monday morning on it, and typing mistakes cost us re-deliveries.",
        ),
        (
            "usability",
            [
                "Repeat a booking with one click",
                "Copy last week's booking",
                "Duplicate an existing booking",
            ],
            "Most of our lanes repeat. A button to copy a booking and change the date would do.",
            "We book the same forty lanes each week.",
        ),
        (
            "capability",
            [
                "Quote with fuel surcharge shown apart",
                "Show fuel surcharge on quotes",
                "Fuel surcharge should be a line of its own",
            ],
            "The quote shows one number. Our finance people need the surcharge on its own line.",
            "Without it every quote is queried before it is accepted.",
        ),
        (
            "compliance",
            [
                "Dangerous goods declaration in the booking form",
                "ADR fields when booking",
                "Declare hazardous goods while booking",
            ],
            "Class, UN number and packing group should be part of the form and be checked.",
            "Today it is an e-mail attachment that gets lost; the last audit noted it.",
        ),
    ],
    "tracking": [
        (
            "reliability",
            [
                "Tracking map stops updating after an hour",
                "Live map freezes on long trips",
                "Positions stuck until the page is reloaded",
            ],
            "The map is left open on the office wall and stops moving. Reloading helps.",
            "Dispatchers promised arrival times that were hours old.",
        ),
        (
            "capability",
            [
                "Share a tracking link with our customer",
                "Public tracking page for consignees",
                "Let the receiver follow the delivery",
            ],
            "A link without sign-in that shows where one shipment is and when it arrives.",
            "Half of the calls to our desk ask where a lorry is.",
        ),
        (
            "capability",
            [
                "Alert when a shipment will be late",
                "Notify us of delays before they happen",
                "Late-arrival warnings by e-mail",
            ],
            "Tell us as soon as the predicted arrival passes the agreed slot.",
            "Missed slots at the retailers cost 250 euros each.",
        ),
        (
            "reporting",
            [
                "Export of arrival times per lane",
                "Download actual against planned arrivals",
                "CSV of on-time arrivals",
            ],
            "Planned and actual arrival per stop, for a month, as CSV.",
            "We report punctuality to our own customers.",
        ),
    ],
    "dispatch": [
        (
            "usability",
            [
                "Drag jobs between drivers on the day view",
                "Reassign a job by dragging it",
                "Move jobs from driver to driver on the board",
            ],
            "Opening each job to change the driver takes too long when one calls in sick.",
            "On a bad morning thirty jobs have to move in ten minutes.",
        ),
        (
            "capability",
            [
                "Respect driving-time limits when assigning",
                "Warn when a driver exceeds hours",
                "Block assignments past legal driving time",
            ],
            "The board lets us plan eleven hours for one driver without a word.",
            "We were fined in June.",
        ),
        (
            "reliability",
            [
                "Dispatch board slow with 300 jobs",
                "Day view takes ten seconds to open",
                "Board performance on busy days",
            ],
            "With more than about 300 jobs the board takes ten seconds and more.",
            "The peak weeks are the ones in which we need it.",
        ),
        (
            "capability",
            [
                "Depots with opening hours",
                "Plan around warehouse opening times",
                "Depot calendars in planning",
            ],
            "Let each depot carry opening hours and holidays, and plan around them.",
            "Drivers stand before closed gates every week.",
        ),
    ],
    "billing": [
        (
            "capability",
            [
                "Combine a month's shipments in one invoice",
                "Monthly collective invoice",
                "One invoice per customer and month",
            ],
            "We receive an invoice a shipment. One a month, with the shipments as lines, please.",
            "Our accounts payable charges us per invoice handled.",
        ),
        (
            "integration",
            [
                "Send invoices to SAP",
                "Invoice export in the SAP format",
                "Post invoices to our ERP",
            ],
            "An IDoc or a file our SAP can read, each night.",
            "We re-type about 900 invoices a month.",
        ),
        (
            "compliance",
            [
                "Structured e-invoices (XRechnung)",
                "E-invoicing for German authorities",
                "EN 16931 invoices",
            ],
            "Structured invoices become mandatory for us next year.",
            "Without them we may not invoice public bodies at all.",
        ),
        (
            "usability",
            [
                "Explain why an invoice differs from the quote",
                "Show the reason for invoice corrections",
                "Quote against invoice comparison",
            ],
            "Put the quote beside the invoice and mark the lines that changed, with the reason.",
            "Every third dispute is only about understanding the difference.",
        ),
    ],
    "identity": [
        (
            "capability",
            [
                "Sign in with Microsoft Entra",
                "SAML single sign-on",
                "Single sign-on with our directory",
            ],
            "Our people should sign in with the company account; leavers must lose access at once.",
            "Security will not renew the contract without it.",
        ),
        (
            "capability",
            ["Roles that see one depot only", "Limit users to their own depot", "Access by depot"],
            "A depot clerk should see the shipments of that depot and no others.",
            "Prices of other regions are visible to everybody now.",
        ),
        (
            "compliance",
            [
                "Log who looked at customer data",
                "Access log for personal data",
                "Audit trail of data access",
            ],
            "We need to show who opened which customer record, for twelve months.",
            "Our data protection officer asks for it each quarter.",
        ),
        (
            "usability",
            ["Invite ten users at once", "Bulk invitations", "Invite users from a list"],
            "Paste e-mail addresses, choose a role, send.",
            "Onboarding a new depot takes an afternoon.",
        ),
    ],
    "integrations": [
        (
            "integration",
            [
                "Webhooks for status changes",
                "Push status events to our system",
                "Get a call when a shipment changes",
            ],
            "We poll your API each minute. Send us an event on each change, signed.",
            "Polling is slow for us and, we guess, dear for you.",
        ),
        (
            "integration",
            ["EDIFACT IFTSTA messages", "Status by EDI", "Send IFTSTA to our forwarders"],
            "Our forwarders speak EDI only. Status messages as IFTSTA D96A would do.",
            "Two forwarders will not move to an API.",
        ),
        (
            "reliability",
            [
                "API answers 500 on long date ranges",
                "Server error when listing a quarter",
                "Listing shipments fails for long periods",
            ],
            "GET shipments with a range over 60 days answers 500 about every second time.",
            "Our month-end job fails and has to be watched.",
        ),
        (
            "usability",
            [
                "Test keys for the API",
                "Sandbox account for developers",
                "Try the API without real bookings",
            ],
            "A sandbox where bookings cost nothing.",
            "Our developers test in production.",
        ),
    ],
    "insights": [
        (
            "reporting",
            ["CO2 report per customer", "Emissions by lane and month", "Carbon footprint report"],
            "Emissions by lane and customer after GLEC, with the method stated.",
            "Our customers ask for it in tenders.",
        ),
        (
            "reporting",
            ["Schedule reports by e-mail", "Weekly report in my inbox", "Send dashboards by mail"],
            "The cost dashboard each Monday as PDF to five people.",
            "Nobody signs in to look at it.",
        ),
        (
            "reporting",
            ["Cost per pallet over time", "Pallet cost trend", "Chart of cost per pallet"],
            "A trend of cost per pallet by customer, with the lanes behind it.",
            "It is the figure our board looks at.",
        ),
        (
            "capability",
            ["Compare depots side by side", "Depot benchmark", "Depot comparison report"],
            "Punctuality, cost and damage by depot in one table.",
            "We plan next year's investments by it.",
        ),
    ],
    "mobile": [
        (
            "capability",
            [
                "Proof of delivery without signal",
                "Offline signatures",
                "Capture deliveries offline",
            ],
            "Drivers in the harbour have no signal. Keep photo and signature until there is one.",
            "About fifty proofs are lost each week.",
        ),
        (
            "usability",
            [
                "Bigger buttons for gloves",
                "App usable with gloves",
                "Larger touch targets for drivers",
            ],
            "In winter nobody can hit the buttons with gloves on.",
            "Drivers write on paper instead.",
        ),
        (
            "reliability",
            [
                "App logs drivers out every night",
                "Drivers have to sign in each morning",
                "Session lost overnight",
            ],
            "Each morning the app asks for the password again.",
            "Ten minutes a driver and a day.",
        ),
        (
            "capability",
            [
                "Photos of damage with notes",
                "Damage report from the app",
                "Attach damage photos to a stop",
            ],
            "Photo, a note and the pallet number, sent with the stop.",
            "Claims are refused for want of evidence.",
        ),
    ],
}

INITIATIVES = {
    "booking": [
        "Bulk booking from spreadsheets",
        "Booking templates for repeat lanes",
        "Transparent quotes",
        "Dangerous goods in the booking flow",
        "Booking form accessibility",
    ],
    "tracking": [
        "Live map that stays live",
        "Tracking links for consignees",
        "Early delay warnings",
        "Punctuality exports",
        "Geofenced arrivals",
    ],
    "dispatch": [
        "Drag and drop day board",
        "Driving-time guard",
        "Board speed for 1,000 jobs",
        "Depot calendars",
        "Sub-contractor hand-over",
    ],
    "billing": [
        "Collective invoices",
        "SAP invoice export",
        "Structured e-invoices",
        "Quote against invoice view",
        "Dunning rules",
    ],
    "identity": [
        "SAML single sign-on",
        "Depot-level access",
        "Access log for personal data",
        "Bulk invitations",
        "Passkeys",
    ],
    "integrations": [
        "Signed webhooks",
        "EDI status messages",
        "API paging for long ranges",
        "Developer sandbox",
        "Carrier rate import",
    ],
    "insights": [
        "Emissions report",
        "Scheduled reports",
        "Cost per pallet",
        "Depot benchmark",
        "Demand forecast",
    ],
    "mobile": [
        "Offline proof of delivery",
        "Glove-friendly app",
        "Stay signed in",
        "Damage reports",
        "Driver onboarding tour",
    ],
}
