"""Who and what the demo organisation consists of: a maker of freight software, eight squads."""

AREAS = {
    "shipper": ("Shipper app", ["booking", "tracking"]),
    "carrier": ("Carrier app", ["dispatch", "billing"]),
    "platform": ("Platform", ["identity", "integrations"]),
    "insight": ("Insight", ["insights", "mobile"]),
}

SQUADS = {
    "booking": ("Booking", "BOOK", "Europe/Berlin", "DE"),
    "tracking": ("Tracking", "TRACK", "Europe/Berlin", "DE"),
    "dispatch": ("Dispatch", "DISP", "America/New_York", "US"),
    "billing": ("Billing", "BILL", "America/New_York", "US"),
    "identity": ("Identity", "IDEN", "Europe/London", "GB"),
    "integrations": ("Integrations", "INTG", "Europe/Berlin", "DE"),
    "insights": ("Insights", "INSI", "Asia/Kolkata", "IN"),
    "mobile": ("Mobile", "MOBI", "Asia/Kolkata", "IN"),
}

SQUAD_PEOPLE = {
    "booking": ["Mira Chen", "Jonas Weber", "Aylin Demir", "Tobias Krause", "Lena Hoffmann"],
    "tracking": ["Samuel Okafor", "Clara Lindqvist", "Felix Brandt", "Nora Schulz", "Emre Kaya"],
    "dispatch": [
        "Grace Whitfield",
        "Daniel Ortiz",
        "Keisha Monroe",
        "Ryan Gallagher",
        "Amy Nguyen",
    ],
    "billing": ["Victor Almeida", "Hannah Brooks", "Luis Herrera", "Priya Raman", "Owen Fletcher"],
    "identity": [
        "Isla Campbell",
        "Tom Ashworth",
        "Zara Hussain",
        "George Pemberton",
        "Megan Doyle",
    ],
    "integrations": [
        "Anton Novak",
        "Sofia Rinaldi",
        "Matej Kovac",
        "Julia Adler",
        "Piotr Zielinski",
    ],
    "insights": ["Ananya Iyer", "Rohan Mehta", "Kavya Nair", "Arjun Desai", "Sneha Kulkarni"],
    "mobile": ["Dev Malhotra", "Ishita Bose", "Nikhil Rao", "Farah Sheikh", "Varun Pillai"],
}

OPS = ["Rosa Martens", "Ben Achterberg", "Yuki Tanaka"]
EXECUTIVES = ["Helena Voss", "Marcus Reed", "Ingrid Solberg"]

FUNCTIONS = {
    "security": ("Security", ["Oskar Lund", "Nadia Petrova"]),
    "privacy": ("Privacy", ["Camille Laurent", "Ivo Hartmann", "Mira Chen"]),
    "legal": ("Legal", ["Edward Finch"]),
    "support": ("Support", ["Wanda Kowalska", "Leo Marchetti", "Tara O'Brien"]),
    "sales": ("Sales", ["Chris Dalton", "Bianca Moreau", "Hugo Sanders", "Alicia Vega"]),
    "marketing": ("Marketing", ["Paula Jensen", "Simon Clarke"]),
}
# People who sign off for a function beside their work in a squad or in operations.
SECOND_HATS = {
    "product": ["Rosa Martens", "Ben Achterberg"],
    "engineering": ["Jonas Weber", "Daniel Ortiz", "Tom Ashworth"],
    "accessibility": ["Mira Chen", "Isla Campbell", "Clara Lindqvist"],
    "customer-success": ["Ben Achterberg", "Yuki Tanaka"],
    "finance": ["Victor Almeida", "Hannah Brooks"],
    "data": ["Rohan Mehta", "Kavya Nair"],
    "documentation": ["Sofia Rinaldi", "Lena Hoffmann"],
}
REQUESTER_FUNCTIONS = {"support", "sales", "marketing"}
SIGN_OFF_FOR_THEM = {"Wanda Kowalska", "Bianca Moreau", "Paula Jensen"}

ACCOUNTS = [
    ("Baltic Freight", "Enterprise", "gold", 420_000),
    ("Harlow & Sons", "Mid-market", "silver", 96_000),
    ("Cargo Norte", "Enterprise", "gold", 310_000),
    ("Pelican Logistics", "Mid-market", "silver", 128_000),
    ("Trans-Alpina", "Enterprise", "platinum", 760_000),
    ("Quayside Movers", "Small business", "bronze", 18_000),
    ("Delta Haulage", "Mid-market", "silver", 74_000),
    ("Meridian Foods", "Enterprise", "gold", 385_000),
    ("Orchid Retail", "Enterprise", "platinum", 910_000),
    ("Sable Chemicals", "Enterprise", "gold", 265_000),
    ("Kestrel Couriers", "Small business", "bronze", 24_000),
    ("Northgate Timber", "Mid-market", "silver", 88_000),
    ("Lumen Electronics", "Enterprise", "gold", 340_000),
    ("Fjord Seafood", "Mid-market", "silver", 142_000),
    ("Ashgrove Pharma", "Enterprise", "platinum", 830_000),
    ("Copperline Parts", "Small business", "bronze", 31_000),
    ("Saffron Textiles", "Mid-market", "silver", 115_000),
    ("Ironbridge Steel", "Enterprise", "gold", 298_000),
]

CATEGORIES = {
    "usability": "Usability",
    "capability": "New capability",
    "reliability": "Reliability",
    "reporting": "Reporting and export",
    "integration": "Integration",
    "compliance": "Compliance",
}
