"""arXiv's archives and categories as data.

Source: arXiv's category taxonomy (https://arxiv.org/category_taxonomy). An archive without
subject classes (`hep-th`) is a category itself.
"""

from collections.abc import Mapping

# Archive: its group and its name.
ARCHIVES: Mapping[str, tuple[str, str]] = {
    "cs": ("Computer Science", "Computer Science"),
    "econ": ("Economics", "Economics"),
    "eess": (
        "Electrical Engineering and Systems Science",
        "Electrical Engineering and Systems Science",
    ),
    "math": ("Mathematics", "Mathematics"),
    "astro-ph": ("Physics", "Astrophysics"),
    "cond-mat": ("Physics", "Condensed Matter"),
    "gr-qc": ("Physics", "General Relativity and Quantum Cosmology"),
    "hep-ex": ("Physics", "High Energy Physics - Experiment"),
    "hep-lat": ("Physics", "High Energy Physics - Lattice"),
    "hep-ph": ("Physics", "High Energy Physics - Phenomenology"),
    "hep-th": ("Physics", "High Energy Physics - Theory"),
    "math-ph": ("Physics", "Mathematical Physics"),
    "nlin": ("Physics", "Nonlinear Sciences"),
    "nucl-ex": ("Physics", "Nuclear Experiment"),
    "nucl-th": ("Physics", "Nuclear Theory"),
    "physics": ("Physics", "Physics"),
    "quant-ph": ("Physics", "Quantum Physics"),
    "q-bio": ("Quantitative Biology", "Quantitative Biology"),
    "q-fin": ("Quantitative Finance", "Quantitative Finance"),
    "stat": ("Statistics", "Statistics"),
}

# Archive: the subject classes below it, one "suffix name" a line.
SUBJECT_CLASSES: Mapping[str, str] = {
    "cs": """
        AI Artificial Intelligence
        AR Hardware Architecture
        CC Computational Complexity
        CE Computational Engineering, Finance, and Science
        CG Computational Geometry
        CL Computation and Language
        CR Cryptography and Security
        CV Computer Vision and Pattern Recognition
        CY Computers and Society
        DB Databases
        DC Distributed, Parallel, and Cluster Computing
        DL Digital Libraries
        DM Discrete Mathematics
        DS Data Structures and Algorithms
        ET Emerging Technologies
        FL Formal Languages and Automata Theory
        GL General Literature
        GR Graphics
        GT Computer Science and Game Theory
        HC Human-Computer Interaction
        IR Information Retrieval
        IT Information Theory
        LG Machine Learning
        LO Logic in Computer Science
        MA Multiagent Systems
        MM Multimedia
        MS Mathematical Software
        NA Numerical Analysis
        NE Neural and Evolutionary Computing
        NI Networking and Internet Architecture
        OH Other Computer Science
        OS Operating Systems
        PF Performance
        PL Programming Languages
        RO Robotics
        SC Symbolic Computation
        SD Sound
        SE Software Engineering
        SI Social and Information Networks
        SY Systems and Control
    """,
    "econ": """
        EM Econometrics
        GN General Economics
        TH Theoretical Economics
    """,
    "eess": """
        AS Audio and Speech Processing
        IV Image and Video Processing
        SP Signal Processing
        SY Systems and Control
    """,
    "math": """
        AC Commutative Algebra
        AG Algebraic Geometry
        AP Analysis of PDEs
        AT Algebraic Topology
        CA Classical Analysis and ODEs
        CO Combinatorics
        CT Category Theory
        CV Complex Variables
        DG Differential Geometry
        DS Dynamical Systems
        FA Functional Analysis
        GM General Mathematics
        GN General Topology
        GR Group Theory
        GT Geometric Topology
        HO History and Overview
        IT Information Theory
        KT K-Theory and Homology
        LO Logic
        MG Metric Geometry
        MP Mathematical Physics
        NA Numerical Analysis
        NT Number Theory
        OA Operator Algebras
        OC Optimization and Control
        PR Probability
        QA Quantum Algebra
        RA Rings and Algebras
        RT Representation Theory
        SG Symplectic Geometry
        SP Spectral Theory
        ST Statistics Theory
    """,
    "astro-ph": """
        CO Cosmology and Nongalactic Astrophysics
        EP Earth and Planetary Astrophysics
        GA Astrophysics of Galaxies
        HE High Energy Astrophysical Phenomena
        IM Instrumentation and Methods for Astrophysics
        SR Solar and Stellar Astrophysics
    """,
    "cond-mat": """
        dis-nn Disordered Systems and Neural Networks
        mes-hall Mesoscale and Nanoscale Physics
        mtrl-sci Materials Science
        other Other Condensed Matter
        quant-gas Quantum Gases
        soft Soft Condensed Matter
        stat-mech Statistical Mechanics
        str-el Strongly Correlated Electrons
        supr-con Superconductivity
    """,
    "nlin": """
        AO Adaptation and Self-Organizing Systems
        CD Chaotic Dynamics
        CG Cellular Automata and Lattice Gases
        PS Pattern Formation and Solitons
        SI Exactly Solvable and Integrable Systems
    """,
    "physics": """
        acc-ph Accelerator Physics
        ao-ph Atmospheric and Oceanic Physics
        app-ph Applied Physics
        atm-clus Atomic and Molecular Clusters
        atom-ph Atomic Physics
        bio-ph Biological Physics
        chem-ph Chemical Physics
        class-ph Classical Physics
        comp-ph Computational Physics
        data-an Data Analysis, Statistics and Probability
        ed-ph Physics Education
        flu-dyn Fluid Dynamics
        gen-ph General Physics
        geo-ph Geophysics
        hist-ph History and Philosophy of Physics
        ins-det Instrumentation and Detectors
        med-ph Medical Physics
        optics Optics
        plasm-ph Plasma Physics
        pop-ph Popular Physics
        soc-ph Physics and Society
        space-ph Space Physics
    """,
    "q-bio": """
        BM Biomolecules
        CB Cell Behavior
        GN Genomics
        MN Molecular Networks
        NC Neurons and Cognition
        OT Other Quantitative Biology
        PE Populations and Evolution
        QM Quantitative Methods
        SC Subcellular Processes
        TO Tissues and Organs
    """,
    "q-fin": """
        CP Computational Finance
        EC Economics
        GN General Finance
        MF Mathematical Finance
        PM Portfolio Management
        PR Pricing of Securities
        RM Risk Management
        ST Statistical Finance
        TR Trading and Market Microstructure
    """,
    "stat": """
        AP Applications
        CO Computation
        ME Methodology
        ML Machine Learning
        OT Other Statistics
        TH Statistics Theory
    """,
}

# Two names for one category: papers in either stand in both; the value is arXiv's own choice.
ALIASES: Mapping[str, str] = {
    "math.MP": "math-ph",
    "stat.TH": "math.ST",
    "math.IT": "cs.IT",
    "q-fin.EC": "econ.GN",
    "cs.SY": "eess.SY",
    "cs.NA": "math.NA",
}

# Archives that were closed, and the category that took their subject over.
CLOSED_ARCHIVES: Mapping[str, str] = {
    "acc-phys": "physics.acc-ph",
    "adap-org": "nlin.AO",
    "alg-geom": "math.AG",
    "ao-sci": "physics.ao-ph",
    "atom-ph": "physics.atom-ph",
    "bayes-an": "physics.data-an",
    "chao-dyn": "nlin.CD",
    "chem-ph": "physics.chem-ph",
    "cmp-lg": "cs.CL",
    "comp-gas": "nlin.CG",
    "dg-ga": "math.DG",
    "funct-an": "math.FA",
    "mtrl-th": "cond-mat.mtrl-sci",
    "patt-sol": "nlin.PS",
    "plasm-ph": "physics.plasm-ph",
    "q-alg": "math.QA",
    "solv-int": "nlin.SI",
    "supr-con": "cond-mat.supr-con",
}
