/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The table of the core's keys. In paths ${state-dir} stands for [server] state-dir. Any thread.
 */

#include "config/schema.h"

#include "config/nearest.h"

#include <string.h>

#define STRING  OFFHOOK_SETTING_STRING
#define INTEGER OFFHOOK_SETTING_INTEGER
#define NUMBER  OFFHOOK_SETTING_NUMBER
#define BOOLEAN OFFHOOK_SETTING_BOOLEAN
#define CHOICE  OFFHOOK_SETTING_CHOICE
#define PATH    OFFHOOK_SETTING_PATH
#define RATE    "0..1000000"
#define PRICE   "0..1000000"

static const OffhookSchemaKey offhook_schema_server[] = {
    {{"listen", STRING, 0, "127.0.0.1:3000", NULL, NULL,
      "Address and port for HTTP, WebSockets and webhooks; port 0 takes any. The variables HOST "
      "and PORT set its parts."},
     .normalise = offhook_normalise_listen,
     .restart = TRUE},
    {{"public-url", STRING, 0, NULL, NULL, NULL,
      "Where providers reach this server, as they see it; webhooks are signed over it. Default: "
      "http:// and the listen address."},
     .normalise = offhook_normalise_public_url},
    {{"auth", CHOICE, 0, "token", "token|none", NULL,
      "Whether clients need the API token; none only when nothing but this machine can connect."}},
    {{"jwt-secret", STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "JWT_SECRET",
      "What tokens (JWT, HS256) of users are signed with, at least 32 bytes; of a Supabase project "
      "its "
      "JWT secret. Without it only the API token counts."},
     .normalise = offhook_normalise_jwt_secret},
    {{"voice-provider", STRING, 0, NULL, NULL, "VOICE_PROVIDER",
      "Driver of outbound calls. Default: the first assistant's, else the first that has a "
      "section."},
     .normalise = offhook_normalise_name},
    {{"env-file", PATH, 0, NULL, NULL, NULL,
      "A file of NAME=value lines, read before the environment. Default: .env in the working "
      "directory, if there is one."}},
    {{"state-dir", PATH, 0, "${state-dir}", NULL, "OFFHOOK_STATE_DIR",
      "Folder for the database, recordings and the API token. Default: $STATE_DIRECTORY, for root "
      "/var/lib/offhook, else $XDG_STATE_HOME/offhook."},
     .restart = TRUE},
    {{"max-calls", INTEGER, 0, "2000", "1..100000", NULL,
      "Calls at the same time; more are refused as busy."}},
    {{"ring-timeout", INTEGER, 0, "60", "5..600", NULL,
      "Seconds that a call we place may ring when whoever placed it does not say. One of which the "
      "provider has told no end half as long after that, 30 s at most, is ended by us: as "
      "no-answer "
      "if it rang, as failed if nothing at all was told."}},
    {{"calls-per-second", NUMBER, 0, "5", "0.01..1000", NULL,
      "So many scheduled calls are placed in a second at most; the others wait for their turn."}},
    {{"drain-minutes", INTEGER, 0, "60", "1..1440", NULL,
      "When another process has taken over, for an upgrade: how long the calls of this one may "
      "still last."}},
    {{"max-conversations", INTEGER, 0, "1000", "1..100000", NULL,
      "Conversations by text that are open at the same time; for another one the one that was idle "
      "longest is closed."}},
    {{"conversation-idle-seconds", INTEGER, 0, "900", "10..86400", NULL,
      "After so long without a message a conversation by text is closed; it can be gone on with "
      "all "
      "the same."}},
    {{"tls-certificate", PATH, 0, NULL, NULL, NULL,
      "Certificate chain in PEM form; with tls-key the server speaks HTTPS."},
     .restart = TRUE},
    {{"tls-key", PATH, 0, NULL, NULL, NULL, "Private key in PEM form."}, .restart = TRUE},
    {{"rate-limit-health", INTEGER, 0, "1000", RATE, NULL,
      "Requests a client may make to /health, /ready and /metrics in a minute; 0: any number."}},
    {{"rate-limit-providers", INTEGER, 0, "100", RATE, NULL, "The same for providers."}},
    {{"rate-limit-calls", INTEGER, 0, "50", RATE, NULL, "The same for calls."}},
    {{"rate-limit-agents", INTEGER, 0, "200", RATE, NULL, "The same for agents."}},
    {{"rate-limit-conversations", INTEGER, 0, "500", RATE, NULL,
      "The same for conversations, memory and data."}},
    {{NULL}},
};

static const OffhookSchemaKey offhook_schema_media[] = {
    {{"threads", INTEGER, 0, "0", "0..256", NULL,
      "Media threads; 0: as many as the machine has cores."},
     .restart = TRUE},
    {{"lead-ms", INTEGER, 0, "120", "20..2000", NULL,
      "Audio kept ready at the carrier, in ms: what a caller still hears after interrupting."}},
    {{"phrase-cache-mib", INTEGER, 0, "16", "0..4096", NULL,
      "MiB of memory for the sound of short phrases that are said again and again, so that they "
      "need not be made each time. 0: none."}},
    {{"echo-guard-db", INTEGER, 0, "6", "0..30", NULL,
      "So much louder than otherwise a caller has to be to be heard while he is spoken to, in dB: "
      "some lines return what is played to them."}},
    {{"inbound-pipeline", STRING, 0, NULL, NULL, NULL,
      "GStreamer elements between the line and the recogniser. Default: offhookg711 alone."}},
    {{"outbound-pipeline", STRING, 0, NULL, NULL, NULL,
      "GStreamer elements between the voice and the line. Default: offhookg711 alone."}},
    {{"recording", BOOLEAN, 0, "true", NULL, NULL, "Record every call."}},
    {{"recording-format", CHOICE, 0, "wav", "wav|opus", NULL,
      "What recordings are written as: PCM in WAV, or Opus in Ogg."}},
    {{"recording-bit-rate", INTEGER, 0, "24000", "6000..256000", NULL,
      "Of recordings in Opus: bits per second, caller and agent together."}},
    {{"recordings-dir", PATH, 0, "${state-dir}/recordings", NULL, NULL,
      "Folder of the recordings."}},
    {{"record-at", CHOICE, 0, "server", "server|provider", NULL,
      "Where a call is recorded that somebody wants recorded while it goes on: here, or at a "
      "provider that can. Where words cross it is the provider."}},
    {{"provider-recordings", CHOICE, 0, "fetch", "keep|fetch|move", NULL,
      "What becomes of a recording that the provider made: it stays there, is copied here, or is "
      "copied here and deleted there."}},
    {{NULL}},
};

static const OffhookSchemaKey offhook_schema_store[] = {
    {{"url", STRING, OFFHOOK_SETTING_SECRET, "sqlite:${state-dir}/offhook.db", NULL, "DATABASE_URL",
      "sqlite:/path/to/file or postgresql://user:password@host/database."},
     .normalise = offhook_normalise_store_url,
     .restart = TRUE},
    {{"schema", STRING, 0, "offhook", NULL, NULL,
      "PostgreSQL: the schema of the tables; made where it is missing. One for each installation."},
     .normalise = offhook_normalise_sql_name,
     .restart = TRUE},
    {{"pool-size", INTEGER, 0, "20", "1..1000", NULL, "PostgreSQL: connections at most."},
     .restart = TRUE},
    {{"pool-idle-ms", INTEGER, 0, "30000", "100..86400000", NULL,
      "PostgreSQL: a connection that nobody needs for so long is closed."},
     .restart = TRUE},
    {{"connect-timeout-ms", INTEGER, 0, "2000", "100..600000", NULL,
      "PostgreSQL: how long connecting may take."},
     .restart = TRUE},
    {{"answer-timeout-ms", INTEGER, 0, "10000", "100..600000", NULL,
      "PostgreSQL: a server that does not answer for so long is given up, and what it was told is "
      "told again."},
     .restart = TRUE},
    {{"journal-mib", INTEGER, 0, "256", "0..1048576", NULL,
      "What can't be written waits in files in the state directory, of so many MiB at most, also "
      "for "
      "the next start; 0: in memory only, and the server does not start without its database."},
     .restart = TRUE},
    {{"keep-days", INTEGER, 0, "0", "0..36500", NULL,
      "Calls that began more days ago are deleted, with all that belongs to them; 0: never."}},
    {{"recordings-keep-days", INTEGER, 0, "0", "0..36500", NULL, "The same for recordings alone."}},
    {{"recordings-max-mib", INTEGER, 0, "0", "0..1000000000", NULL,
      "When there are more MiB of recordings the oldest are deleted; 0: any number."}},
    {{"retention-interval", INTEGER, 0, "3600", "1..86400", NULL,
      "How often that is looked after, in seconds."}},
    {{NULL}},
};

static const OffhookSchemaKey offhook_schema_memory[] = {
    {{"keep-days", INTEGER, 0, "0", "0..36500", NULL,
      "What agents remember of callers is deleted so many days after it was noted last; 0: "
      "never."}},
    {{"chroma-url", STRING, 0, NULL, NULL, NULL,
      "A server of Chroma, such as http://127.0.0.1:8000, that keeps what memories mean and finds "
      "them by that. Default: the database does."},
     .normalise = offhook_normalise_public_url,
     .restart = TRUE},
    {{"chroma-tenant", STRING, 0, "default_tenant", NULL, NULL, "Its tenant."}, .restart = TRUE},
    {{"chroma-database", STRING, 0, "default_database", NULL, NULL, "Its database."},
     .restart = TRUE},
    {{"chroma-collection", STRING, 0, "offhook", NULL, NULL,
      "Its collection, which is made when it is not there. One has vectors of one model only."},
     .restart = TRUE},
    {{"chroma-token", STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "CHROMA_TOKEN",
      "Sent as X-Chroma-Token."},
     .restart = TRUE},
    {{"chroma-timeout-ms", INTEGER, 0, "1000", "50..60000", NULL,
      "How long one of its answers may take."},
     .restart = TRUE},
    {{NULL}},
};

static const OffhookSchemaKey offhook_schema_cache[] = {
    {{"url", STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "REDIS_URL",
      "Redis, as redis://user:password@host:6379/0, or rediss:// for TLS: what is asked again and "
      "again is remembered there. Default: nothing is."},
     .restart = TRUE},
    {{"prefix", STRING, 0, "offhook", NULL, NULL,
      "What keys in Redis begin with: one for each installation."},
     .normalise = offhook_normalise_sql_name,
     .restart = TRUE},
    {{"ca-file", PATH, 0, NULL, NULL, NULL,
      "Authorities, in PEM form, of the server's certificate. Default: the system's."},
     .restart = TRUE},
    {{"timeout-ms", INTEGER, 0, "100", "10..10000", NULL,
      "How long an answer may take; then Redis is left alone for a while."},
     .restart = TRUE},
    {{"preferences-seconds", INTEGER, 0, "600", "0..3600", NULL,
      "How long users' preferences are remembered; 0: not at all."},
     .restart = TRUE},
    {{"results-seconds", INTEGER, 0, "300", "0..3600", NULL,
      "How long other results are remembered; 0: not at all."},
     .restart = TRUE},
    {{NULL}},
};

static const OffhookSchemaKey offhook_schema_dbus[] = {
    {{"bus", CHOICE, 0, "auto", "auto|system|session|none", NULL,
      "The bus that the server is controlled over: auto is the user's own, and for root and for a "
      "service, which has none, the system's."},
     .restart = TRUE},
    {{NULL}},
};

static const OffhookSchemaKey offhook_schema_supabase[] = {
    {{"url", STRING, 0, NULL, NULL, "SUPABASE_URL",
      "A Supabase project, like https://PROJECT.supabase.co: its health is told with ours. Its "
      "database is used when DATABASE_URL names it."},
     .normalise = offhook_normalise_public_url},
    {{"anon-key", STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "SUPABASE_ANON_KEY",
      "The project's public key: asks for its health."}},
    {{"service-role-key", STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "SUPABASE_SERVICE_ROLE_KEY",
      "The project's secret key: whoever sends it may do here what the API token may."}},
    {{NULL}},
};

static const OffhookSchemaKey offhook_schema_log[] = {
    {{"level", CHOICE, 0, "message", "warning|message|info|debug", NULL,
      "How much is logged; the variable DEBUG means debug."}},
    {{"personal-data", BOOLEAN, 0, "false", NULL, NULL,
      "Let phone numbers and transcripts into the log."}},
    {{NULL}},
};

static const OffhookSchemaKey offhook_schema_trace[] = {
    {{"endpoint", STRING, 0, NULL, NULL, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
      "Where traces of calls are sent, as OTLP over HTTP in JSON, like "
      "http://127.0.0.1:4318/v1/traces. Default: nowhere."},
     .normalise = offhook_normalise_public_url,
     .restart = TRUE},
    {{"headers", STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "OTEL_EXPORTER_OTLP_HEADERS",
      "Sent with them, as name=value,name=value with percent signs as in a URL."},
     .restart = TRUE},
    {{"service-name", STRING, 0, "offhook", NULL, "OTEL_SERVICE_NAME",
      "What the server is called in them."},
     .restart = TRUE},
    {{"sample-percent", INTEGER, 0, "100", "0..100", NULL, "How many calls in a hundred have one."},
     .restart = TRUE},
    {{NULL}},
};

static const OffhookSchemaKey offhook_schema_webhook[] = {
    {{"url", STRING, OFFHOOK_SETTING_REQUIRED | OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
      "Where events are sent, by POST: an http or https URL. Redirections are not followed."},
     .normalise = offhook_normalise_webhook_url},
    {{"secret", STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
      "What they are signed with: whsec_ and 24 to 64 random bytes in base64. One of secret and "
      "secret-file is needed."},
     .normalise = offhook_normalise_webhook_secret},
    {{"secret-file", PATH, 0, NULL, NULL, NULL, "A file that holds it."}},
    {{"events", STRING, 0, "call.*,message.*,sms.*,error.occurred", NULL, NULL,
      "Which: types like call.completed, all that begin alike (call.*), or * for all, with commas "
      "between."},
     .normalise = offhook_normalise_event_patterns},
    {{"timeout-ms", INTEGER, 0, "10000", "100..60000", NULL,
      "How long the receiver may take to answer."}},
    {{"retry-hours", INTEGER, 0, "24", "0..720", NULL,
      "How long an event is tried again that was not taken; then it is dead. 0: not once."}},
    {{"parallel", INTEGER, 0, "4", "1..64", NULL,
      "Requests at the same time; events of one call always come one after another."}},
    {{"max-waiting", INTEGER, 0, "100000", "1..10000000", NULL,
      "How many events may wait; what comes then is dropped, and counted."}},
    {{"personal-data", BOOLEAN, 0, "true", NULL, NULL,
      "Let phone numbers and what was said into the events."}},
    {{"dead-keep-days", INTEGER, 0, "30", "0..36500", NULL,
      "How long dead events are kept; 0: as long as calls are."}},
    {{NULL}},
};

static const OffhookSchemaKey offhook_schema_plugins[] = {
    {{"path", STRING, 0, NULL, NULL, "OFFHOOK_PLUGIN_PATH",
      "More plugin directories, joined by colons."},
     .normalise = offhook_normalise_search_path,
     .restart = TRUE},
    {{"required", STRING, 0, NULL, NULL, NULL,
      "Plugins without which the daemon does not start, like driver:loopback,flite."},
     .normalise = offhook_normalise_graded_names},
    {{"optional", STRING, 0, NULL, NULL, NULL,
      "Plugins that may be missing even if an assistant names them."},
     .normalise = offhook_normalise_graded_names},
    {{"disabled", STRING, 0, NULL, NULL, NULL, "Plugins that are not to be used."},
     .normalise = offhook_normalise_graded_names},
    {{NULL}},
};

static const OffhookSchemaKey offhook_schema_assistant[] = {
    {{"driver", STRING, 0, NULL, NULL, NULL, "Takes calls of this driver only. Default: of any."},
     .normalise = offhook_normalise_name},
    {{"number", STRING, 0, NULL, NULL, NULL, "Takes calls to this number only. Default: to any."},
     .normalise = offhook_normalise_number},
    {{"agents", STRING, OFFHOOK_SETTING_REQUIRED, NULL, NULL, NULL,
      "The agents that hold the conversation, in order; further keys AGENT.KEY go to that agent."},
     .normalise = offhook_normalise_names},
    {{"tools", STRING, 0, NULL, NULL, NULL,
      "What its language model may have done: names of [tool:NAME] and [mcp:NAME] sections, and "
      "those that are built in: " OFFHOOK_BUILTIN_TOOLS "."},
     .normalise = offhook_normalise_tools},
    {{"sms-to", STRING, 0, NULL, NULL, NULL,
      "To whom the tool send_sms may send text messages besides the caller: numbers, with commas."},
     .normalise = offhook_normalise_numbers},
    {{"stt", STRING, 0, NULL, NULL, NULL,
      "Engines that turn speech into text: the first, and those that take over when it fails, in "
      "order. Further keys ENGINE.KEY go to that engine."},
     .normalise = offhook_normalise_engines},
    {{"tts", STRING, 0, NULL, NULL, NULL,
      "Engines that turn text into speech, likewise; ENGINE.voice is that engine's voice."},
     .normalise = offhook_normalise_engines},
    {{"llm", STRING, 0, NULL, NULL, NULL, "Engines that are the language model, likewise."},
     .normalise = offhook_normalise_engines},
    {{"embed", STRING, 0, NULL, NULL, NULL,
      "Engines that turn texts into vectors, so that what is remembered is found by what it means: "
      "the first that can is used."},
     .normalise = offhook_normalise_engines},
    {{"last-voice", STRING, 0, NULL, NULL, NULL,
      "Engines that work without a network: one of them speaks when all of tts have failed. "
      "Default: "
      "flite or espeak, whichever is there and speaks the language; one that tts names: none."},
     .normalise = offhook_normalise_engines},
    {{"stt-timeout-ms", INTEGER, 0, "1250", "100..60000", NULL,
      "How long after the end of an utterance its text is waited for before the next engine hears "
      "it; for all engines together twice as long."}},
    {{"tts-timeout-ms", INTEGER, 0, "1200", "100..60000", NULL,
      "How long the first sound of a sentence is waited for before the next engine speaks it; for "
      "all "
      "engines together twice as long."}},
    {{"llm-timeout-ms", INTEGER, 0, "1250", "100..60000", NULL,
      "How long the first words of an answer are waited for before the next engine is asked; for "
      "all "
      "engines together twice as long."}},
    {{"embed-timeout-ms", INTEGER, 0, "3000", "100..60000", NULL,
      "How long an engine of embeddings may take before the next is asked. Callers wait for none: "
      "what is remembered is found by its words meanwhile."}},
    {{"stall-timeout-ms", INTEGER, 0, "1000", "100..60000", NULL,
      "How long an engine may pause within an answer, with nothing left to play, before the next "
      "one "
      "goes on."}},
    {{"greeting", STRING, 0, NULL, NULL, NULL, "Said when the call is answered."}},
    {{"language", STRING, 0, "en-US", NULL, NULL, "Language of the conversation."},
     .normalise = offhook_normalise_language},
    {{"voice", STRING, 0, NULL, NULL, NULL,
      "One of the first tts engine's voices. Default: its own."}},
    {{"prompt", STRING, 0, NULL, NULL, NULL, "Instructions for the language model."}},
    {{"interruptible", BOOLEAN, 0, "true", NULL, NULL, "The caller may talk over an answer."}},
    {{"mute-greeting", BOOLEAN, 0, "false", NULL, NULL,
      "The caller is not heard before the first thing said to him has come to its end."}},
    {{"mute-tools", BOOLEAN, 0, "false", NULL, NULL, "The caller is not heard while a tool runs."}},
    {{"learn-pauses", BOOLEAN, 0, "true", NULL, NULL,
      "Wait longer for callers who pause long within what they say, and shorter for others."}},
    {{"speculate", BOOLEAN, 0, "true", NULL, NULL,
      "Ask a language model already while it is waited whether the caller goes on; costs an answer "
      "for nothing whenever he does."}},
    {{"filler-after-ms", INTEGER, 0, "700", "0..10000", NULL,
      "How long a caller waits for an answer before something like \"well\" is said, in ms; 0: "
      "nothing is said while an answer is waited for."}},
    {{"filler-sounds", STRING, 0, NULL, NULL, NULL,
      "What is said then, one of several divided by |. Default: in the assistant's language."}},
    {{"filler-phrases", STRING, 0, NULL, NULL, NULL,
      "The same while a tool runs, after 1.5 s and every 7 s."}},
    {{"recording", CHOICE, 0, NULL, "off|wav|opus", NULL,
      "Whether its calls are recorded, and as what. Default: as [media] says."}},
    {{"answer-timeout-ms", INTEGER, 0, "20000", "0..600000", NULL,
      "How long an answer, and each tool, may take, in ms; then the caller hears an apology. 0: "
      "any "
      "time."}},
    {{"apology", STRING, 0, NULL, NULL, NULL,
      "Said when there is no answer. Default: in the assistant's language."}},
    {{"on-machine", CHOICE, 0, "talk", "talk|hang-up|leave-message", NULL,
      "What happens when a machine answers a call that we place; all but talk ask the provider to "
      "find that out."}},
    {{"machine-message", STRING, 0, NULL, NULL, NULL,
      "Said after the machine's beep, with on-machine=leave-message."}},
    {{"max-duration", INTEGER, 0, "0", "0..86400", NULL,
      "After so many seconds of conversation the limit-message is said and the call ended; 0: "
      "never."}},
    {{"max-cost-per-call", NUMBER, 0, "0", PRICE, NULL,
      "The same when its engines have cost so much, by the prices in their sections; 0: never."}},
    {{"max-cost-per-day", NUMBER, 0, "0", PRICE, NULL,
      "The same for what all calls of the assistant have cost that began today. Then new callers "
      "hear "
      "the limit-message only, and no calls are placed; 0: never."}},
    {{"limit-message", STRING, 0, NULL, NULL, NULL,
      "Said before a call is ended by one of these. Default: an apology in its language."}},
    {{"hours", STRING, 0, NULL, NULL, NULL,
      "When it is open, like mon-fri 09:00-18:00, sat 10:00-14:00. Default: always."},
     .normalise = offhook_normalise_hours},
    {{"timezone", STRING, 0, NULL, NULL, NULL,
      "Of the hours and holidays, like Europe/Rome. Default: the machine's."},
     .normalise = offhook_normalise_timezone},
    {{"holidays", STRING, 0, NULL, NULL, NULL,
      "Days on which it is closed, like 2026-12-25, or 12-25 for each year."},
     .normalise = offhook_normalise_holidays},
    {{"closed-message", STRING, 0, NULL, NULL, NULL,
      "Said to callers when it is closed. Default: an apology in its language."}},
    {{"when-closed", STRING, 0, "hang-up", NULL, NULL,
      "What happens then, after the closed-message: hang-up, transfer:NUMBER, assistant:NAME (who "
      "goes on), or message: it says so instead of its greeting and talks as ever."},
     .normalise = offhook_normalise_when_closed},
    {{"on-failure", STRING, 0, "apologise", NULL, NULL,
      "What happens when failure-limit turns in a row had no answer: apologise, which it does each "
      "time, or, after that, hang-up, transfer:NUMBER or assistant:NAME."},
     .normalise = offhook_normalise_on_failure},
    {{"failure-limit", INTEGER, 0, "2", "1..100", NULL,
      "So many turns in a row without an answer are a failure, and so many whose words the "
      "recogniser "
      "failed to give; of those that were not understood, one more."}},
    {{NULL}},
};

static const OffhookSchemaSection offhook_schema_sections[] = {
    {"server", FALSE, "The server and who may use it.", offhook_schema_server},
    {"media", FALSE, "The audio path.", offhook_schema_media},
    {"store", FALSE, "Where calls and conversations are written down.", offhook_schema_store},
    {"memory", FALSE, "What agents remember of callers.", offhook_schema_memory},
    {"cache", FALSE, "What is remembered for a while, in Redis.", offhook_schema_cache},
    {"dbus", FALSE, "D-Bus.", offhook_schema_dbus},
    {"supabase", FALSE, "A Supabase project.", offhook_schema_supabase},
    {"log", FALSE, "The log.", offhook_schema_log},
    {"trace", FALSE, "Traces of calls for a collector.", offhook_schema_trace},
    {"webhook", TRUE, "A system of yours that is told of events: a section for each.",
     offhook_schema_webhook},
    {"plugins", FALSE, "Which plugins are loaded.", offhook_schema_plugins},
    {"assistant", TRUE,
     "Who answers: a section [assistant:NAME] for each, the first that fits takes the call. "
     "Without any, a sample assistant does.",
     offhook_schema_assistant},
    {NULL},
};

#define PLUGIN                                                                                     \
	{                                                                                          \
		"plugin", STRING, 0, NULL, NULL, NULL,                                             \
		    "The plugin that this section is for. Default: the one that NAME is; with it " \
		    "NAME is free, so that one plugin can have several sections, each with "       \
		    "settings of its own. Variables set only the section that is called like the " \
		    "plugin."                                                                      \
	}

static const OffhookSetting offhook_schema_plugin_settings[] = {
    PLUGIN,
    {NULL},
};

static const OffhookSetting offhook_schema_engine_settings[] = {
    PLUGIN,
    {"price-input-tokens", NUMBER, 0, NULL, PRICE, NULL,
     "What a million tokens given to a language model cost, in any currency."},
    {"price-output-tokens", NUMBER, 0, NULL, PRICE, NULL,
     "What a million tokens of its answers cost."},
    {"price-characters", NUMBER, 0, NULL, PRICE, NULL,
     "What a million characters of text to be spoken cost."},
    {"price-audio-minute", NUMBER, 0, NULL, PRICE, NULL,
     "What a minute of speech to be understood costs."},
    {NULL},
};

/* Of those that are served by nobody's engines. */
static const OffhookSetting offhook_schema_agent_settings[] = {
    PLUGIN,
    {"price-input-tokens", NUMBER, 0, NULL, PRICE, NULL,
     "What a million tokens given to the service of an agent that hears and speaks by itself cost, "
     "in any currency; those without a price of their own."},
    {"price-cached-input-tokens", NUMBER, 0, NULL, PRICE, NULL,
     "A million of them that the service had kept from before."},
    {"price-audio-input-tokens", NUMBER, 0, NULL, PRICE, NULL, "A million tokens of sound."},
    {"price-cached-audio-input-tokens", NUMBER, 0, NULL, PRICE, NULL,
     "A million of those that the service had kept from before."},
    {"price-output-tokens", NUMBER, 0, NULL, PRICE, NULL,
     "What a million tokens of its answers cost."},
    {"price-audio-output-tokens", NUMBER, 0, NULL, PRICE, NULL, "A million of them of sound."},
    {"price-audio-minute", NUMBER, 0, NULL, PRICE, NULL,
     "What it costs to have a minute of speech written down."},
    {NULL},
};

static const char *const offhook_schema_kinds[] = {
    [OFFHOOK_PLUGIN_DRIVER] = "driver:",
    [OFFHOOK_PLUGIN_ENGINE] = "engine:",
    [OFFHOOK_PLUGIN_AGENT] = "agent:",
};

/* Agents that there are many of: [tool:NAME] is [agent:NAME] with plugin=tool. */
static const char *const offhook_schema_shorthands[] = {"tool", "mcp"};

const OffhookSchemaSection *
offhook_schema_get_sections(void)
{
	return offhook_schema_sections;
}

const OffhookSchemaSection *
offhook_schema_find_section(const char *section)
{
	const char *colon = strchr(section, ':');

	for (const OffhookSchemaSection *s = offhook_schema_sections; s->name != NULL; s++) {
		gsize length = strlen(s->name);

		if (!s->named && g_str_equal(section, s->name))
			return s;
		if (s->named && colon != NULL && (gsize)(colon - section) == length &&
		    strncmp(section, s->name, length) == 0)
			return s;
	}
	return NULL;
}

const OffhookSchemaKey *
offhook_schema_find_key(const OffhookSchemaSection *section, const char *key)
{
	for (const OffhookSchemaKey *k = section->keys; k->setting.name != NULL; k++)
		if (g_str_equal(k->setting.name, key))
			return k;
	return NULL;
}

const OffhookSetting *
offhook_schema_get_own_settings(OffhookPluginKind kind)
{
	switch (kind) {
	case OFFHOOK_PLUGIN_ENGINE:
		return offhook_schema_engine_settings;
	case OFFHOOK_PLUGIN_AGENT:
		return offhook_schema_agent_settings;
	default:
		return offhook_schema_plugin_settings;
	}
}

const char **
offhook_schema_list_keys(const OffhookSchemaSection *section)
{
	GPtrArray *names = g_ptr_array_new();

	for (const OffhookSchemaKey *k = section->keys; k->setting.name != NULL; k++)
		g_ptr_array_add(names, (gpointer)k->setting.name);
	g_ptr_array_add(names, NULL);
	return (const char **)g_ptr_array_free(names, FALSE);
}

gboolean
offhook_schema_split_plugin_section(const char *section, OffhookPluginKind *kind, const char **name)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_schema_kinds); i++) {
		if (!g_str_has_prefix(section, offhook_schema_kinds[i]))
			continue;
		*kind = i;
		*name = section + strlen(offhook_schema_kinds[i]);
		return TRUE;
	}
	if (offhook_schema_get_shorthand(section) == NULL)
		return FALSE;
	*kind = OFFHOOK_PLUGIN_AGENT;
	*name = strchr(section, ':') + 1;
	return TRUE;
}

const char *
offhook_schema_get_shorthand(const char *section)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_schema_shorthands); i++) {
		gsize length = strlen(offhook_schema_shorthands[i]);

		if (g_str_has_prefix(section, offhook_schema_shorthands[i]) &&
		    section[length] == ':')
			return offhook_schema_shorthands[i];
	}
	return NULL;
}

char *
offhook_schema_dup_shorthand_section(guint number, const char *name)
{
	return number < G_N_ELEMENTS(offhook_schema_shorthands)
		   ? g_strconcat(offhook_schema_shorthands[number], ":", name, NULL)
		   : NULL;
}

char *
offhook_schema_hint_section(const char *section)
{
	/* Those with names of their own come first. */
	static const char *const known[] = {"assistant", "driver",  "engine",   "agent", "tool",
					    "mcp",       "webhook", "server",   "media", "store",
					    "cache",     "dbus",    "supabase", "log",   "trace",
					    "plugins",   NULL};
	const char *colon = strchr(section, ':');
	g_autofree char *word =
	    colon != NULL ? g_strndup(section, colon - section) : g_strdup(section);
	const char *nearest = offhook_nearest_find(word, known);
	const char *rest = colon != NULL ? colon : ":NAME";

	if (nearest == NULL)
		return g_strdup("");
	if (g_strv_contains(known + 7, nearest))
		rest = "";
	return g_strdup_printf(" (did you mean \"%s%s\"?)", nearest, rest);
}
