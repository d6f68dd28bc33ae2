"""The subscriptions of the demo's server: different rules, layouts, time zones and channels."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DemoSubscription:
    """One `/subscribe`, as an admin types it; `options` are the command's own."""

    channel: str
    categories: str
    time: str
    timezone: str
    options: dict[str, str | int] = field(default_factory=dict[str, str | int])


# All times of day lie more than three hours after midnight US Eastern, when the feeds are built:
# by then an empty feed counts as a quiet day.
DEMO_SUBSCRIPTIONS = (
    DemoSubscription("language", "cs.CL", "09:00", "Asia/Tokyo", {"max_papers": 5}),
    DemoSubscription(
        "vision",
        "cs.CV, cs.GR, eess.IV",
        "11:00",
        "Europe/Berlin",
        {
            "keywords": 'diffusion "video generation" 3D tracking "change detection" -survey',
            "layout": "thread",
            "max_papers": 8,
        },
    ),
    DemoSubscription(
        "machine-learning",
        "cs.LG, stat.ML",
        "12:00",
        "America/New_York",
        {"include": "cross", "max_papers": 6},
    ),
    DemoSubscription(
        "agents",
        "cs.AI, cs.MA, cs.RO",
        "18:30",
        "Asia/Kolkata",
        {
            "keywords": 'agent "tool use" planner planning grasp "question answering"',
            "exclude": "survey",
            "include": "cross",
            "layout": "thread",
            "max_papers": 10,
        },
    ),
    DemoSubscription(
        "mathematics-and-physics",
        "math.CO, math.AG, math.NA, hep-th, astro-ph.GA, quant-ph, physics.comp-ph",
        "08:00",
        "UTC",
        {"include": "replacements", "quiet_days": "line", "max_papers": 12},
    ),
    DemoSubscription(
        "games-and-information",
        "cs.GT, cs.IT, econ.GN, econ.EM, eess.SP",
        "06:00",
        "America/Los_Angeles",
        {"include": "cross", "max_papers": 4},
    ),
    DemoSubscription(
        "language",
        "cs.AI, cs.CL, eess.AS",
        "10:00",
        "Asia/Tokyo",
        {"keywords": "retrieval translation bilingual speech", "include": "cross", "max_papers": 3},
    ),
    DemoSubscription(
        "言語処理",
        "cs.CL, cs.IR",
        "09:30",
        "Asia/Tokyo",
        {"language": "ja", "include": "cross", "max_papers": 4},
    ),
    DemoSubscription(
        "机器学习",
        "cs.LG, cs.CV",
        "10:00",
        "Asia/Shanghai",
        {"language": "zh-CN", "layout": "thread", "max_papers": 4},
    ),
)
