"""Characters that only simplified, or only traditional Chinese has. Data."""

# Pairs: simplified, traditional. Characters that serve in both scripts are left out.
_PAIRS = (
    "们們这這来來时時个個国國会會对對说說为為学學过過经經于於发發样樣种種问問题題现現实實验驗数數据據"
    "网網络絡图圖像像训訓练練语語言言译譯识識别別类類处處输輸码碼计計算算机機构構结結果果总總统統设設"
    "备備应應该該进進还還没沒与與从從让讓给給关關开開门門间間闻聞长長张張场場务務动動劳勞协協单單双雙"
    "卖賣买買变變战戰确確认認许許论論试試详詳误誤读讀课課调調谈談请請谁誰质質贝貝负負责責败敗货貨贯貫"
    "费費资資车車转轉轮輪软軟较較载載辆輛边邊达達运運远遠连連适適选選递遞邻鄰释釋钟鐘铁鐵错錯键鍵镜鏡"
    "陆陸阳陽阵陣阶階际際难難静靜响響页頁项項顺順预預领領频頻颜顏风風飞飛马馬验驗驱驅鱼魚鸟鳥黄黃"
    "龙龍齐齊齿齒价價仅僅优優传傳伤傷体體侧側偿償储儲兰蘭兴興养養农農决決况況净淨减減几幾击擊划劃则則"
    "创創剂劑剧劇剩剩办辦劝勸势勢华華历歷压壓县縣参參叶葉号號员員响響围圍圆圓块塊坏壞声聲复複够夠头頭"
    "奖獎妇婦宝寶审審宽寬导導层層岁歲币幣师師带帶帮幫广廣库庫废廢异異弃棄弹彈强強归歸录錄忆憶态態怀懷"
    "怜憐总總恶惡惊驚惯慣戏戲户戶扩擴扫掃择擇担擔拥擁拟擬换換损損摄攝摆擺敌敵断斷无無旧舊显顯晓曉术術"
    "权權条條极極枪槍标標树樹桥橋检檢楼樓欢歡欧歐残殘毕畢气氣汇匯汉漢测測浅淺济濟涨漲渐漸温溫湿濕灵靈"
    "点點烟煙烦煩热熱爱愛爷爺牵牽独獨环環状狀玛瑪疗療盘盤着著矿礦码碼础礎离離积積称稱稳穩穷窮竞競笔筆"
    "签簽简簡粮糧紧緊红紅约約级級纪紀纯純纲綱纳納纵縱纷紛纸紙纹紋线線组組细細终終绍紹绘繪绝絕续續维維"
    "综綜绿綠编編缓緩缩縮罗羅职職联聯肤膚胜勝脑腦脚腳脸臉节節药藥获獲蓝藍虑慮虽雖补補装裝见見观觀规規"
    "视視览覽觉覺触觸讯訊记記讲講访訪证證评評诉訴词詞诊診"
)
SIMPLIFIED_ONLY = frozenset(
    one for one, other in zip(_PAIRS[::2], _PAIRS[1::2], strict=True) if one != other
) - frozenset("着复于划")
"""Simplified forms that traditional Chinese (and Japanese, mostly) does not use."""

TRADITIONAL_ONLY = frozenset(
    other for one, other in zip(_PAIRS[::2], _PAIRS[1::2], strict=True) if one != other
) - frozenset("著複於劃像")
"""Traditional forms that simplified Chinese does not use."""


def _in_japanese(character: str) -> bool:
    try:
        character.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True


NOT_JAPANESE = frozenset(one for one in SIMPLIFIED_ONLY if not _in_japanese(one))
"""Simplified forms that Japanese does not have."""
