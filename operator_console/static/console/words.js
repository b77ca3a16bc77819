// Swedish for the codes. Screen = code; one word per thing.

export const PRIORITY = { 1: "Livsfara", 2: "Brådskande", 3: "Snart", 4: "Kan vänta" };
export const SHAPE = { 1: "⬣", 2: "▲", 3: "■", 4: "●" };
export const ATTENTION = { late: "SEN", undelivered: "EJ LEVERERAT", uncertain: "OSÄKERT", untouched: "UTAN ÅTGÄRD", absent: "SAKNAR KONTAKT", grown: "FLER FEL", nobody: "INGEN TAR", unheard: "HÖR INTE AV SIG" };
/** Reasons and outcomes by code, as the server knows them: {outcomes, hand_over, priority, skip}, each [code, words] pairs. */
export const reasons = {};
export const useReasons = (words) => Object.assign(reasons, words);

const VERBS = {
  received: "kom in", claimed: "tog", claimed_next: "tog", released: "släppte", handed_over: "lämnar över",
  offer_accepted: "tog emot", offer_declined: "tackade nej till", parked: "parkerade", woke: "vaknade",
  priority_changed: "ändrade prioritet på", linked: "hörde ihop", closed: "avslutade", reopened: "återöppnade",
  noted: "noterade i", step_done: "steg klart i", step_skipped: "hoppade över ett steg i", step_late: "ett steg är inte gjort i tid", step_sent: "skickade sms enligt instruktionen i", undone: "ångrade i",
  returned_untouched: "utan åtgärd, åter i kön", deadline_missed: "svarstiden gick ut", sms_queued: "kallar ut i",
  sms_sent: "sms skickat", sms_delivered: "sms framme", sms_failed: "sms ej levererat", sms_uncertain: "sms osäkert",
  sms_answered: "svar på sms", safepoint_activated: "öppnar trygghetspunkt i", repeated: "samma larm igen",
  trouble_began: "nytt fel på sändaren", restored: "återställt", reported: "sändaren meddelar något i", heard_again: "sändaren hörs igen",
  taken_over: "tog över", untouched: "utan åtgärd", owner_absent: "saknar kontakt, ärendet kan tas över",
  owner_back: "har kontakt igen", sms_received: "sms kom in", leader_called: "kallar skiftledaren till",
  call_queued: "ringer i", call_answered: "någon lyfte luren", call_failed: "samtal utan svar", called_off: "avbröt utlarmning i",
  nobody_came: "ingen i tjänst kommer", safety_asked: "frågar om allt är väl", unheard: "hör inte av sig", back_in_touch: "har hört av sig igen", decision_asked: "beslut efterfrågas", decided: "beslut", received_by_team: "kvitterat av arbetspasset",
  came_back: "tillbaka utan kvittens", camera_opened: "öppnade kameran i", codes_shown: "visade koder i", unmasked: "visade skyddade uppgifter i",
  gathered: "fler objekt", objects_back: "objekt återställda",
};

const short = (ref) => ref.replace(/^\d+-/, "");

/** One line of the stored log: [code, text]. The person's initials, never a name from the letter. */
export function eventLine(row) {
  const verb = VERBS[row.last?.verb];
  if (!verb) return null;
  const ref = short(row.ref);
  if (row.last.verb === "received") return `${SHAPE[row.priority]}${row.priority} ${row.headline} (${row.code} ${ref})`;
  if (row.last.verb === "sms_answered") return `${row.code} ${ref}: ${row.word || verb}`;
  if (row.last.by) return `${row.last.by} ${verb} ${ref}`;
  return `${row.code} ${ref}: ${verb}`;
}

/** One act on many cases at once is one line. */
export const eventsLine = (row, count) => `${row.last.by} ${VERBS[row.last.verb]} ${plural(count, "ärende", "ärenden")} (${row.code} ${row.kind_name})`;

export const grouped1000 = (n) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
export const plural = (n, one, many) => `${grouped1000(n)} ${n === 1 ? one : many}`;
export const ordinal = (n) => `${n}:${(n % 10 === 1 || n % 10 === 2) && n % 100 !== 11 && n % 100 !== 12 ? "a" : "e"}`;
