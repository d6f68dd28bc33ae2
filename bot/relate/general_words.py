"""Words of research papers that say nothing about what one is about. Pure.

Chosen by hand among words that of 30,000 abstracts on arXiv at least three in a thousand have, and
that stand far more often in abstracts than in titles: nearly all of those with fifty times as many
abstracts as titles, fewer of the others. Words that end the names of things (`cost`, `process`)
stay out. Without plural endings, as `bot.relate.words.terms` gives them.
"""

import re

GENERAL_WORDS = frozenset(
    """
    ability ablation able absence absent abundant access accessible accommodate accompanied
    according accordingly account accounting accumulate accumulated accumulation accuracy
    accurate accurately achieve achieved achieving acquire acquired actionable activate actively
    actual actually adapt adaptability adaptively add added adding addition additional
    additionally address addressed addressing adjacent adjust adjusting admit adopt adopted
    adopting adoption advance advancement advantage advent affect affected affecting aggregate
    aim aimed aiming alleviate allocate allow allowed allowing alone alongside alternative
    always amount amplify analogous analyse analytical analyz analyzed anonymous appear
    applicability applicable application applied apply applying approach appropriate
    approximately area argue arise arising article aspect assess assessed assign assigned
    assigning assist associated assume assumed assuming assumption attain attempt attracted
    augment auroc automatically autonomously availability avenue average averaged avoid avoiding
    away basic basis become becoming begin believe beneficial benefit benefiting beside
    bestperforming boost bring brittle broad broader broadly build building built burden
    calculate calculated calculation calibrate call called capability capable capture captured
    capturing careful carefully carried carry categoriz cause caused causing certain challenge
    challenged challenging change characteristic characteriz characterized choice choose chosen
    clarify clarity classified clean clear clearly close closely closer coarsegrained
    collaboratively collect collected collecting collectively combination combine combined
    combining come commonly communicate comparable compare compared comparing compatibility
    compatible compelling compensate competitive complement complementary complete completely
    completeness comprehensively compress comprise comprising compromise compromising
    computationally computed concentrate concentrated concern concise conclude conclusion
    concrete concurrently conduct conducted conducting confined confirm confirmed confirming
    conflicting connect consequence consequently consider considerable consideration considered
    considering consist consistently consisting constitute constrain construct constructed
    constructing consuming contain containing contemporary continue continuously contrast
    contribute contributing contribution conventional converge conversely convert converting
    cornerstone correct correctly correlate correspond corresponding costly count counterpart
    couple cover covering crafted create created creating critical critically crucial crucially
    curate curated current currently custom daily date day decade decline decompose decrease
    decreasing dedicated deeper deficiency define defined defining definition degrade degraded
    degrading deliver delivering demand demanding demonstrated depend depending deploy deployed
    deploying derive derived describe described description designed desirable desired detail
    detailed detectable detected determine determined determining develop developed developing
    deviate deviation devise differ difference differentiate difficult difficulty directly
    discard discover discovered discrepancy discuss discussed discussion disentangle disrupt
    distinct distinction distinctive distinguish distinguishing diverse divided dominate
    dominated down dramatically drastically draw drawn drop dynamically earlier easily easy
    edited effectiveness efficacy efficiently effort eight eliminate eliminating emerge emerged
    emerging emphasis emphasiz emphasizing empirically employ employed employing emulate enable
    enabling encode encompass encompassing encounter encountered encourage encouraging enforce
    engage enhance enrich ensure ensuring entire entirely equally equipped equivalent especially
    essential establish established establishing estimate estimated evaluate evaluated
    evaluating ever evolve evolved exactly examine examined exceed exceeding excel excellent
    exceptional excessive exclusively execute executing exhibit exhibited exhibiting exist
    existence expand expanded expectation expected expensive experimentally expertise explain
    explained explicitly exploit exploited explore explored exponentially expose exposed
    expressed extend extending extension extensively extent extra extract extracted extracting
    extremely faced facilitate facilitating facing fail failing faithfully fall faster favor
    favorable feasible featuring fewer final finally firstly five fixed flexibility flexibly
    focus focuse focused focusing follow followed following followup formaliz formally formed
    formulate formulated formulation foster found fragmented frequent frequently friendly fully
    fundamental fundamentally future gain gained generaliz generally generate genuine git give
    govern gradually great greater greatly grow growing guide had half handle handling having
    heavily held heldout help hence highest highlight highlighting highstake hinder hindered
    hindering historical hold hope hour humanannotated hundred hypothesiz idea identified
    identify identifying ignore ignoring ill illustrate immediate implement implemented
    implementing implicitly imply importance importantly impose impractical impressive inability
    inaccurate inadequate include included inconsistent incorporate incorporated incorporating
    incorrect increase increased increasing increasingly incrementally incur incurring indeed
    independently indepth indicate indicating indistribution individual indomain induce
    ineffective inefficiency inefficient inevitably infeasible infer influence influenced inform
    inherent inherently inherit initial initially innovation innovative insight instantiate
    insufficient integrate intended intensive interest interesting intermediate interpret
    interpreted intricate introduced introducing introduction investigate investigated involve
    involved involving irrelevant isolate issue iteratively itself jointly keep keeping kind
    known laborintensive lack lacking larger largest lastly latest latter lay lead learn least
    leave leaving led leverage leveraged lie likely limitation limited limiting linked list
    located longer longstanding lose lowest magnitude mainly mainstream maintain maintained
    maintaining major majority making manage manifest manipulate manner manually mapped margin
    markedly matched mathematically maximum meaningful meanwhile measurable measured member
    merely methodology mild million minor minute miou mismatch miss mitigate modeled moderate
    modern modest modification modify modifying modulate month mostly motivate motivated
    motivating move mse naive name named namely naturally nature navigate near nearly
    necessarily necessitate necessitating necessity needed neglect neglecting negligible
    neighboring neither nevertheless newly nine none nontrivial notable notably notion nuanced
    number numerous observe observed observing obtain obtained obtaining occur offer offering
    official ongoing opaque opening opensourced operate operating operationaliz opportunity
    optimiz organiz original originally originate otherwise outcome outline outofdomain
    outperformed outperforming outside outstanding overall overcome overlook overlooked
    overlooking overly owing page particular particularly past pave paving perceive perceived
    percent perform performed performing period persist phenomenon pivotal play poor poorly
    popular popularity portion posed posing possess possibility possibly potentially powerful
    practical practicality practice practitioner precise precisely predefined predict predicted
    predominantly preferred preliminary presence presented presenting preserve prevailing
    prevalence prevalent prevent preventing previously primarily primary prioritiz priority
    procedure processed produce produced producing progress progressively prohibitive
    prohibitively projected proliferation prominent promise promising promote promoting prone
    pronounced propagate proper proportion proposing proprietary prove proven provided providing
    publication publicly published purely purpose qualitative qualitatively quantified quantify
    quantitative quantitatively quantity questionanswer quickly raise raising randomly ranging
    rapid rapidly rarely reach reached reaching readily realistic realiz realization reasonable
    receive received recognizing reconstructed recorded recover reduce reduced reducing
    redundant refer referred refine reflect reflecting reformulate reframe regarding regardless
    regular regulate related relationship relatively release released relevant reliably reliance
    relied rely relying remained remaining remarkable remarkably remove removing render rendered
    repeated repetitive replace replacing replicate reported represent representative
    represented representing reproduce required requirement requiring research researcher
    resolve respect respective respond restore restrict restricted restricting resulting retain
    retaining return reusable reveal revealed revisit revolutionized richer richness rigorous
    rigorously rise rmse robust robustly role roughly round run running sacrificing same sampled
    satisfy saving scalable scarce scenario scheme scope scratch seamlessly secondly seek seen
    select selected selecting selectively separate separately sequentially serious serve set
    setting setup seven severe severely sharply shortcoming shorter showcase showcasing showed
    signaltonoise significance similar similarly simple simpler simplify simply simultaneously
    situation six siz slightly slow smaller solely solution solve sometime sonnet sophisticated
    spanning special specific specifically specified specify speedup ssim standalone standard
    standing start starting statement statistically stored straightforward strategically
    strategy strength strengthen strict strictly stringent stronger strongest strongly
    structurally struggle studied studying suboptimal subsequent subsequently subset substantial
    substantially subtle success successful successfully suffer sufficient sufficiently suggest
    suggested suggesting suitability suitable suited superior superiority supervise supported
    supporting suppress suppressing surfacelevel surpass surpassing surprisingly surrounding
    susceptible synthesiz systematically tackle tailored take taken targeted targeting technique
    ten tend tendency termed tested thank themselve theoretical theoretically third thorough
    though thousand threestage tied tightly timeconsuming timely today total traditional
    traditionally train transferred transform transformed translate treat treated treating trend
    trivial true tune typical typically ultimately unable unavailable uncertain unchanged
    unclear uncover underexplored underlying undermine underperform underrepresented underscore
    underscoring understand understood unexplored unfortunately uniformly unify unique uniquely
    unnecessary unprecedented unreliable unresolved upcoming updated urgent us usage usually
    utiliz utilized utilizing valid validate validated validating valuable variant varied
    variety vary varying vast verified verify versatility versus viable vital vulnerable weaker
    wellestablished wellknown wellsuited wide wider widespread working worse worst written year
    yield yielding
    """.split()  # noqa: SIM905 - 1,200 texts would not be easier to read
)

WORDS_OF_PHRASES = frozenset(
    """
    absolute aggressive ambiguous approximate arbitrary automatic background balance base
    behavior brief bulk central chance classic classical coherent common compact comparison
    complex component conceptual condition confident consecutive conservative consistency
    consistent constant content contextual continuous core criterion cumulative degree dense
    dependent development direct direction discipline dominant downstream drawback element
    empirical entry environment equal evidence exact example experience experimentation explicit
    external factor failure family feasibility fine flat flexible form format foundational
    function gap generic global goal greedy guarantee guideline helpful hidden highly horizontal
    hypothesis ideal identical implementation impossible improving incomplete independent
    indicator informative ingredient inner input interactive internal interpretable intrinsic
    intuitive invalid item legitimate level line literature local location long manual marginal
    mean meaning measure mechanism minimal minimum misleading missing mistake mix module
    monolithic narrow natural negative nominal normal numerical objective observational open
    operation operational opposite optimum option order ordinary output overhead part pass peak
    percentage perfect persistent physical pipeline plausible positive premise principle
    principled problematic profound proportional proposal proxy public pure quality range rare
    rate ratio raw real reason record reduction refinement regime relation relative relevance
    reliability reliable replacement resemble response restrictive retrospective review rich
    rigid safe seamless secondary section sensitive serving share sharp short simplicity
    situational slight slope smooth solid source specification speed stability stable stage
    static statistic status steady step stimulate straight structural structure subject
    subjective suite sum superficial support surprising symmetric systematic target term
    threshold tight top transformative transparent troubling truth type uniform unit unknown
    unrelated unsafe unseen unstable update upper usable utility value variability variable
    variation version vertical volume way weakness whole workable
    """.split()  # noqa: SIM905 - as above
)
"""Words that name something beside another (`dense retrieval`, `peak memory`) and little alone:
chosen by hand among those that ten times as many abstracts as titles have, and words like these."""

# Participles (`specialized`) and adverbs (`visually`) say how another word is meant; words such as
# `speed`, `anomaly` and `assembly` are neither.
_QUALIFYING = re.compile(
    r"[a-z]{3,}(?:[^e]ed|(?:al|ous|ive|ent|ant|ing|ful|less|ar|ab|ib|ic|ate|[ds]i)ly)"
)


def tells_alone(word: str) -> bool:
    """Whether a word that is no general one says something without the words beside it."""
    return word not in WORDS_OF_PHRASES and not _QUALIFYING.fullmatch(word)
