/** The words of the field: which of them mean the same, which say nothing, and which are about something that no history has. */

const words = (text: string) => text.split(/\s+/).filter(Boolean);

/** Words that are in any question. */
export const STOP_WORDS = words(`
  a about actually after all also always am an and any anything are around as at be because been being but by can compared could did do does doing
  done down each either else ever every everything exactly far few for from get gets getting give given go goes going gone good got great had happen
  handle happens has have having here how i if in into is it its just keep keeps know let like list little lot lots made make makes making many may
  me might more most much must my near need needs nothing now number numbers of off ok on one only onto or other our out over overall own particular per pro
  please put rather really regarding same see seem seems shall she should show so some somebody someone something still stuff such take takes
  taken taking tell than thank thanks until would that the their them then there these they thing things this those through to together told too toward under
  up upon us very versus via vs want was way ways we well were what whats when where whether which while who whole whom whose with within would
  yet you your yours
  one two three four five six ten team later excessive auto grand since ever simply each various several
  agent agents ai assistant claude codex compare comparison count counts different eat eats find figure look looks people's report tend usually
  aber alle als am an auf auch aus bei bekommen bitte da das dem den denn der des die dies diese dieser doch ein eine einem einen einer eines er es
  etwas für ganz gibt haben hat ich ihr im in ist je jede jeden jeder jedes jetzt kann man meine mein mich mir mit nach nicht noch nur oder sich sie schlagen schlägt
  sind so über um und uns unser unsere viel viele vielen vom von vor wann war waren was welche welchem welchen welcher welches wenn wer werden wie
  wieviel wir wird wo wurde wurden zeig zeige zu zum zur
  de la le les el los des
`);

/**
 * Words of one meaning, which goes by the first. A word with more than one meaning is listed with each, the usual one first. Words are
 * compared without their endings, so `costs` and `costing` needn't be listed.
 */
export const MEANINGS = words(`
  use:usage,burn
  cost:burn,spend,spent,money,price,pay,paid,dollar,usd,eur,euro,cash,bill,invoice,budget,charge,fee,expense,overhead,expensive,costly,pricey,priciest,cheap,cheapest,$,€,kosten,kostet,gekostet,geld,preis,teuer,teuerste,teuersten,teuerster,teuerstes,ausgaben,ausgegeben,bezahlen,bezahlt,rechnung
  token:tok
  use:usage,utilization,utilize,consume,consumption,popular,favorite,verbraucht,verbrauch,nutzung,genutzt,benutzt,verwendet
  day:daily,date,tag,tage,tagen,täglich
  month:monthly,monat,monate,monatlich
  hour:hourly,clock,morning,noon,afternoon,evening,night,midnight,stunde,stunden,uhr,uhrzeit,tageszeit
  weekday:weekend,monday,tuesday,wednesday,thursday,friday,saturday,sunday,wochentag,wochentage,wochenende
  week:weekly,woche,wochen
  model:llm,lm,opus,sonnet,haiku,fable,gpt,modell,modelle,modellen
  project:repo,repository,folder,workspace,codebase,directory,projekt,projekte,projekten
  session:conversation,convo,chat,thread,transcript,sitzung,sitzungen,gespräch,gespräche
  edit:edits
  read:reads
  tool:edit,read,command,bash,grep,glob,exec_command,apply_patch,werkzeug,werkzeuge,werkzeugen,werkzeugs,befehl,befehle
  helper:subagent,delegate,delegation,unteragent,unteragenten,helfer
  error:fail,failure,err,exception,crash,wrong,erroneous,mistake,trouble,problem,unsuccessful,fehler,fehlschlägt,fehlschlagen,fehl,scheitern
  long:howlong,longest,length,lengthy,verbose,lasting,lang,lange,länger,länge,längste,längsten,wordy
  wait:howlong,latency,bottleneck,slow,slowness,sluggish,laggy,lag,delay,block,hang,stall,stuck,langsam,langsamste,langsamsten,wartet,warten,wartezeit
  fast:slow,sluggish,laggy,quick,speed,throughput,rapid,schnell,schnelle,schnellste,schnellsten
  short:shortest,brief
  large:big,biggest,huge,enormous,giant,massive,bloat,size,fat,heavy,full,fill,flood,volume,groß,größe,größte,größten
  time:howlong,duration,runtime,zeit,zeiten,dauer,dauert,dauern
  share:rate,ratio,percent,percentage,proportion,fraction,part,%,anteil,quote
  component:part,breakdown,split,composition,consist,category
  hit:hitrate,efficiency,efficient,treffer,trefferquote
  cache:prefix,zwischenspeicher
  miss:cold,invalidate,invalidation,bust,missing,verfehlt,verpasst
  lost:lose,loss,gone,vanish,disappear,forget,waste,suffer,lapse,verschwendet,verloren
  reason:cause,why,grund,gründe,warum,wieso,weshalb
  reasoning:think,thought
  person:people,human,user,colleague,coworker,nutzer,mensch,menschen
  approval:approve,permission,consent,confirm,confirmation,authorize,authorization,allow
  message:prompt,nachricht,nachrichten
  prompt:
  request:turn,query,prompt,anfrage,anfragen
  step:schritt,schritte,schritten
  total:sum,cumulative,cumulated,altogether,entire,aggregate,insgesamt,gesamt
  typical:median,average,mean,usual,avg,normal,durchschnitt,durchschnittlich,schnitt,mittel
  percentile:p50,p90,p95,p99,quantile,distribution,histogram,spread,cdf,verteilung
  output:answer,completion,response,ausgabe,ausgaben
  response:answer,turnaround,reply,respond,antwort,antworten,antwortet
  input:prompt,eingabe,eingaben
  repeat:retry,duplicate,redundant,repetition,twice,again,identical,wiederholt,wiederholen
  run:ran,loop,consecutive,sequence,streak,row
  recover:recovery
  compact:compaction,reset,overflow,summarize,summarization,compress,kompaktiert
  interrupt:stop,abort,cancel,escape,unterbrochen,abgebrochen
  recent:latest,newest,last,lately,letzte,letzten,neueste,neuesten
  frequent:often,popular,favorite,common,frequency,häufig,häufigsten,oft
  without:miss,missing,lack,no,gap,incomplete,hole,absent,undated,ohne
  fork:resume,continue,lineage,branch,fortgesetzt
  single:individual
  bad:worst,worse,poor,terrible
  log:record,recording,trace,history,data
  copy:duplicate,double,twice,replay,doppelt
  save:savings,sparen,gespart
  pause:break,idle,away,gap,lunch,absence,inactive,inactivity,pausen
  expire:expiry,expiration,survive,ttl,lifetime,live,warm,evict
  start:spawn,launch,begin,began,open
  character:char,zeichen
  range:uncertain,uncertainty,bound,bar,certain,certainty,sure,confidence,exact,accurate,accuracy,precise,precision,estimate,trust,sicher
  type:kind,category
  cover:coverage
  period:span,window,timeframe,timespan
  complete:quality,trust,reliable,completeness,integrity
  grow:growth,increase,accumulate,pile,swell,add,expand,wächst
  active:activity,touch,busy,busiest,work,arbeiten,arbeitet
  write:type,wordy,send,schreiben
  unfinished:truncate,placeholder,partial,stream
  version:release
  client:cli
  context:input,ctx,kontext,kontexte,kontexts
  mcp:connector
`);

/** Expressions of several words, made into one word of the meanings. */
export const EXPRESSIONS: readonly (readonly [RegExp, string])[] = [
  [/\bsub[- ]?agent/g, "subagent"],
  [/\b(?:over|across) time\b|\btrends?\b|\bday by day\b/g, " by day "],
  [/\bmonth (?:by|over|to) month\b/g, " month "],
  [/\b(?:times?|part|hours?) of (?:the )?day\b|\bduring the day\b|\b(?:what|which) time\b/g, " hour "],
  [/\bdays? of the week\b|\bweek ?days?\b/g, " weekday "],
  [/\b(?:again and again|over and over|time and again|once more|immer wieder)\b/g, " again "],
  [/\bchain[- ]of[- ]thought\b/g, " reasoning "],
  [/\bin (?:total|all|sum)\b/g, " total "],
  [/\bhow long\b|\bwie lang(?:e)?\b/g, " howlong "],
  [/\bhow (?:often|frequently|many times)\b|\bwie (?:oft|häufig)\b/g, " "],
  [/\bhow (?:well|good)\b|\bwie gut\b/g, " share "],
  [/\b(?:over|in|during) the (?:last|past) (?:days|weeks|months)\b/g, " by day "],
  [/\bon call\b/g, " oncall "],
  [/\b(\d+) ?m(?:in(?:ute)?s?)?\b/g, "$1 minute "],
  [/\b(\d+) ?h(?:ours?)?\b/g, "$1 hour "],
  [/\bhow (?:to|(?:do|can|could|should) (?:i|we|you|one)) (?!see|show|know|find|get|list|view|measure|spend|use|burn)\b/g, " howto "],
  [/\b(?:made|composed|consists?) (?:up )?of\b/g, " component "],
  [/\b(?:r[au]ns?|running) out of (?:the )?(?:context|space|room)\b/g, " context reset "],
  [/\bpicked up\b/g, " resumed "],
  [/\bmodel calls?\b/g, " step "],
  [/\b(?:takes?|took|taking) (?:forever|ages|(?:(?:too|so|very|the) )?(?:long(?:est)?|most time))\b/g, " wait long "],
  [/\b(?:count|log|record)\w* (?:twice|double|more than once)\b|\bdouble[- ]count\w*/g, " copy "],
  [/\bmcp[- ]servers?\b/g, " mcp "],
  [/\b(?:from|since) when\b/g, " period "],
  [/\b(?:error (?:margins?|bars?)|margins? of error)\b/g, " range "],
  [/\bprice tags?\b/g, " price "],
  [/\b(?:can't|can’t|cannot)\b/g, " without "],
  [/\bis there an?\b/g, " alternative "],
  [/\bhappens? (?:after|when)\b|\bdo(?:es)? (?:it|the agent|agents) do (?:after|when|if)\b/g, " recover "],
  [/\bas a function of\b/g, " by "],
  [/\bpull[- ]requests?\b/g, " pullrequest "],
  [/\bpay off\b|\bworth it\b/g, " cost "],
];

/** Of languages without spaces between words, the longest match first. */
export const CHINESE: Readonly<Record<string, string>> = {
  费用: "cost",
  成本: "cost",
  花费: "cost",
  花了: "cost",
  花钱: "cost",
  开销: "cost",
  多少钱: "cost",
  最贵: "cost",
  价格: "cost",
  每天: "day",
  每日: "day",
  每月: "month",
  每个月: "month",
  模型: "model",
  项目: "project",
  会话: "session",
  对话: "session",
  步骤: "step",
  工具: "tool",
  出错: "error",
  失败: "error",
  错误: "error",
  等待: "wait",
  最慢: "wait",
  时间: "time",
  最长: "long",
  缓存: "cache",
  命中率: "hit share",
  未命中: "miss",
  为什么: "reason",
  原因: "reason",
  令牌: "token",
  一共: "total",
  总共: "total",
  用了: "use",
  用量: "use",
  使用: "use",
  输出: "output",
  请求: "request",
  上下文: "context",
};

/** Words about the future, advice, judgment, and things that a history of agents doesn't have: who asks for them isn't answered. */
export const ELSEWHERE = words(`
  tomorrow next will forecast predict prediction future plan morgen nächste nächsten nächstes howto should
  best better recommend recommendation advice improve improvement reduce optimize fix solve explain
  summary alternative
  subscription quota refund discount remaining renew
  gpu cpu ram disk memory electricity energy power carbon co2 temperature weather hardware
  code coding commit merge pullrequest oncall branch deploy deployment release bug ticket issue security vulnerability test tests language library function
  developer employee salary customer revenue key password login install
`);
