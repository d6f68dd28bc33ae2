"""arXiv's groups, archives and categories, for feed names, OAI sets and subject names.

Source: arXiv's category taxonomy page (https://arxiv.org/category_taxonomy): 155 categories that
take papers today, six of them aliases of another.
"""

from collections.abc import Iterable
from dataclasses import dataclass

GROUPS: dict[str, str] = {
    "physics": "Physics",
    "math": "Mathematics",
    "q-bio": "Quantitative Biology",
    "cs": "Computer Science",
    "q-fin": "Quantitative Finance",
    "stat": "Statistics",
    "eess": "Electrical Engineering and Systems Science",
    "econ": "Economics",
}

# archive: its name, its own category's name if it takes papers itself, its subject classes
_TABLE = """
astro-ph Astrophysics
  CO Cosmology and Nongalactic Astrophysics; EP Earth and Planetary Astrophysics
  GA Astrophysics of Galaxies; HE High Energy Astrophysical Phenomena
  IM Instrumentation and Methods for Astrophysics; SR Solar and Stellar Astrophysics
cond-mat Condensed Matter
  dis-nn Disordered Systems and Neural Networks; mes-hall Mesoscale and Nanoscale Physics
  mtrl-sci Materials Science; other Other Condensed Matter; quant-gas Quantum Gases
  soft Soft Condensed Matter; stat-mech Statistical Mechanics
  str-el Strongly Correlated Electrons; supr-con Superconductivity
cs Computer Science
  AI Artificial Intelligence; AR Hardware Architecture; CC Computational Complexity
  CE Computational Engineering, Finance, and Science; CG Computational Geometry
  CL Computation and Language; CR Cryptography and Security
  CV Computer Vision and Pattern Recognition; CY Computers and Society; DB Databases
  DC Distributed, Parallel, and Cluster Computing; DL Digital Libraries
  DM Discrete Mathematics; DS Data Structures and Algorithms; ET Emerging Technologies
  FL Formal Languages and Automata Theory; GL General Literature; GR Graphics
  GT Computer Science and Game Theory; HC Human-Computer Interaction
  IR Information Retrieval; IT Information Theory; LG Machine Learning
  LO Logic in Computer Science; MA Multiagent Systems; MM Multimedia
  MS Mathematical Software; NA Numerical Analysis; NE Neural and Evolutionary Computing
  NI Networking and Internet Architecture; OH Other Computer Science; OS Operating Systems
  PF Performance; PL Programming Languages; RO Robotics; SC Symbolic Computation; SD Sound
  SE Software Engineering; SI Social and Information Networks; SY Systems and Control
econ Economics
  EM Econometrics; GN General Economics; TH Theoretical Economics
eess Electrical Engineering and Systems Science
  AS Audio and Speech Processing; IV Image and Video Processing; SP Signal Processing
  SY Systems and Control
gr-qc General Relativity and Quantum Cosmology
hep-ex High Energy Physics - Experiment
hep-lat High Energy Physics - Lattice
hep-ph High Energy Physics - Phenomenology
hep-th High Energy Physics - Theory
math Mathematics
  AC Commutative Algebra; AG Algebraic Geometry; AP Analysis of PDEs; AT Algebraic Topology
  CA Classical Analysis and ODEs; CO Combinatorics; CT Category Theory; CV Complex Variables
  DG Differential Geometry; DS Dynamical Systems; FA Functional Analysis
  GM General Mathematics; GN General Topology; GR Group Theory; GT Geometric Topology
  HO History and Overview; IT Information Theory; KT K-Theory and Homology; LO Logic
  MG Metric Geometry; MP Mathematical Physics; NA Numerical Analysis; NT Number Theory
  OA Operator Algebras; OC Optimization and Control; PR Probability; QA Quantum Algebra
  RA Rings and Algebras; RT Representation Theory; SG Symplectic Geometry
  SP Spectral Theory; ST Statistics Theory
math-ph Mathematical Physics
nlin Nonlinear Sciences
  AO Adaptation and Self-Organizing Systems; CD Chaotic Dynamics
  CG Cellular Automata and Lattice Gases; PS Pattern Formation and Solitons
  SI Exactly Solvable and Integrable Systems
nucl-ex Nuclear Experiment
nucl-th Nuclear Theory
physics Physics
  acc-ph Accelerator Physics; ao-ph Atmospheric and Oceanic Physics; app-ph Applied Physics
  atm-clus Atomic and Molecular Clusters; atom-ph Atomic Physics; bio-ph Biological Physics
  chem-ph Chemical Physics; class-ph Classical Physics; comp-ph Computational Physics
  data-an Data Analysis, Statistics and Probability; ed-ph Physics Education
  flu-dyn Fluid Dynamics; gen-ph General Physics; geo-ph Geophysics
  hist-ph History and Philosophy of Physics; ins-det Instrumentation and Detectors
  med-ph Medical Physics; optics Optics; plasm-ph Plasma Physics; pop-ph Popular Physics
  soc-ph Physics and Society; space-ph Space Physics
q-bio Quantitative Biology
  BM Biomolecules; CB Cell Behavior; GN Genomics; MN Molecular Networks
  NC Neurons and Cognition; OT Other Quantitative Biology; PE Populations and Evolution
  QM Quantitative Methods; SC Subcellular Processes; TO Tissues and Organs
q-fin Quantitative Finance
  CP Computational Finance; EC Economics; GN General Finance; MF Mathematical Finance
  PM Portfolio Management; PR Pricing of Securities; RM Risk Management
  ST Statistical Finance; TR Trading and Market Microstructure
quant-ph Quantum Physics
stat Statistics
  AP Applications; CO Computation; ME Methodology; ML Machine Learning; OT Other Statistics
  TH Statistics Theory
"""

_ALIAS_PAIRS = (
    ("math.MP", "math-ph"),
    ("stat.TH", "math.ST"),
    ("math.IT", "cs.IT"),
    ("q-fin.EC", "econ.GN"),
    ("cs.SY", "eess.SY"),
    ("cs.NA", "math.NA"),
)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive such as `cs` or `hep-th`; `group` is a key of GROUPS."""

    id: str
    name: str
    group: str
    categories: tuple[str, ...]


def _read_table() -> tuple[dict[str, Archive], dict[str, str]]:
    archives: dict[str, Archive] = {}
    names: dict[str, str] = {}
    for block in _TABLE.strip().replace("\n  ", ";").split("\n"):
        head, *classes = (part.strip() for part in block.split(";"))
        archive, archive_name = head.split(" ", 1)
        own: dict[str, str] = {}
        for subject in classes:
            suffix, name = subject.split(" ", 1)
            own[f"{archive}.{suffix}"] = name
        if not own:  # e.g. hep-th: the archive is its only category
            own[archive] = archive_name
        group = archive if archive in GROUPS else "physics"
        archives[archive] = Archive(archive, archive_name, group, tuple(own))
        names.update(own)
    return archives, names


ARCHIVES, CATEGORIES = _read_table()
ALIASES: dict[str, str] = dict(_ALIAS_PAIRS) | {b: a for a, b in _ALIAS_PAIRS}

_BY_FOLDED = {name.casefold(): name for name in (*CATEGORIES, *ARCHIVES)}


def canonical(name: str) -> str | None:
    """The spelling of a category or archive that arXiv uses (`CS.cl` is `cs.CL`), or None."""
    return _BY_FOLDED.get(name.casefold())


def expand(names: Iterable[str]) -> frozenset[str]:
    """All category ids under the given categories and archives, with their aliases.

    A bare archive name is among them too: old papers have `astro-ph` or `cond-mat` as category.
    """
    found: set[str] = set()
    for name in names:
        found.add(name)
        if name in ARCHIVES:
            found.update(ARCHIVES[name].categories)
    return frozenset(found | {ALIASES[name] for name in found if name in ALIASES})


def set_spec(name: str) -> str:
    """The OAI set of a category or archive: `cs.CL` is in `cs:cs:CL`, `hep-th` in `physics:hep-th`.

    Raises KeyError for a name that is neither.
    """
    archive, _, _ = name.partition(".")
    return f"{ARCHIVES[archive].group}:{name.replace('.', ':')}"


def set_specs(categories: Iterable[str]) -> tuple[str, ...]:
    """The sets of a paper, in the order of its categories; aliases count for both sets."""
    specs: dict[str, None] = {}
    for category in categories:
        for name in (category, ALIASES.get(category)):
            if name is not None and (name in CATEGORIES or name in ARCHIVES):
                specs[set_spec(name)] = None
    return tuple(specs)


def sets() -> dict[str, str]:
    """Every OAI set with its name: groups, then archives, then categories."""
    found = dict(GROUPS)
    found.update({set_spec(archive.id): archive.name for archive in ARCHIVES.values()})
    for category, name in CATEGORIES.items():
        found.setdefault(set_spec(category), name)
    return found


def categories_of_set(spec: str) -> frozenset[str] | None:
    """The categories whose papers a set holds, or None for a set that does not exist."""
    if spec in GROUPS:
        return expand(archive.id for archive in ARCHIVES.values() if archive.group == spec)
    group, _, rest = spec.partition(":")
    name = rest.replace(":", ".")
    if (name in CATEGORIES or name in ARCHIVES) and set_spec(name) == f"{group}:{rest}":
        return expand([name])
    return None
