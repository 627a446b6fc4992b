/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Every command there is, with its options and what is said about it. Data: nothing else knows.
 */

#include "cli/command/commands.h"

#define FLAG   OFFHOOK_WORD_FLAG
#define TEXT   OFFHOOK_WORD_TEXT
#define NUMBER OFFHOOK_WORD_NUMBER
#define CHOICE OFFHOOK_WORD_CHOICE
#define NAMED  OFFHOOK_WORD_FILE

const OffhookOption offhook_global_options[] = {
    {"url", 0, TEXT, "URL",
     "Where the server listens. Otherwise $OFFHOOK_URL, else what the running server wrote into "
     "its "
     "state directory, else what its configuration says."},
    {"token", 0, TEXT, "TOKEN",
     "The API token. Otherwise $OFFHOOK_TOKEN, else the one in the server's state directory. Other "
     "users of the machine see options; prefer the variable."},
    {"config", 'c', NAMED, "FILE", "The server's configuration, which tells where its state is."},
    {"transport", 0, CHOICE, "auto|dbus|rest",
     "How the server is asked to do things with calls and with itself. Otherwise "
     "$OFFHOOK_TRANSPORT, else auto: over D-Bus where the server is there, and over REST where it "
     "is not, may not, or --url or --token was given."},
    {"json", 0, FLAG, NULL,
     "Print JSON: what the server said; what comes bit by bit is one object a line."},
    {"help", 'h', FLAG, NULL, "Tell of a command, or list them all."},
    {"version", 0, FLAG, NULL, "Print the version."},
    {NULL},
};

/* ---- sets of options ---- */

static const OffhookOption call_filters[] = {
    {"status", 's', TEXT, "STATUS", "How the call stands or ended: completed, no-answer, ..."},
    {"number", 0, TEXT, "NUMBER", "Either side's, in E.164 form."},
    {"direction", 0, CHOICE, "inbound|outbound", "Who called."},
    {"provider", 0, OFFHOOK_WORD_PROVIDER, "NAME", "Through whom."},
    {"assistant", 0, OFFHOOK_WORD_ASSISTANT, "NAME", "Who held the conversation."},
    {"from", 0, TEXT, "TIME",
     "It began then or later: 2024-05-01 (midnight UTC) or 2024-05-01T12:00:00Z."},
    {"to", 0, TEXT, "TIME", "It began before then."},
    {"min-duration", 0, TEXT, "SECONDS", "It lasted at least so long from its answer on."},
    {"max-duration", 0, TEXT, "SECONDS", "It lasted no longer than that."},
    {"min-cost", 0, TEXT, "COST", "It cost at least so much."},
    {"max-cost", 0, TEXT, "COST", "It cost no more than that."},
    {"text", 0, TEXT, "WORDS", "It was said in the call; as for search."},
    {NULL},
};

static const OffhookOption limit_50[] = {{"limit", 'n', NUMBER, "N", "Show so many; otherwise 50."},
					 {NULL}};
static const OffhookOption limit_20[] = {{"limit", 'n', NUMBER, "N", "Show so many; otherwise 20."},
					 {NULL}};
static const OffhookOption status_option[] = {
    {"status", 's', TEXT, "STATUS", "Only those that stand so: completed, in-progress, ..."},
    {NULL},
};
static const OffhookOption output_option[] = {
    {"output", 'o', NAMED, "FILE", "Write it there; the file is complete or not there."}, {NULL}};
static const OffhookOption new_options[] = {
    {"dir", 0, NAMED, "DIR", "Where the folder is made; otherwise here."},
    {"templates", 0, NAMED, "DIR", "Templates that are not the installed ones."},
    {NULL},
};
static const OffhookOption yes_option[] = {{"yes", 'y', FLAG, NULL, "Don't ask."}, {NULL}};

static const OffhookOption call_options[] = {
    {"assistant", 'a', OFFHOOK_WORD_ASSISTANT, "NAME",
     "Who talks; otherwise the provider's first."},
    {"caller-id", 0, TEXT, "NUMBER", "The number that is shown."},
    {"timeout", 0, NUMBER, "SECONDS", "How long it may ring."},
    {"time-limit", 0, NUMBER, "SECONDS", "How long it may last."},
    {"record", 0, FLAG, NULL, "Record at the provider, too."},
    {"recording-format", 0, CHOICE, "off|wav|opus",
     "What our own recording is written as, instead of what is configured."},
    {"machine-detection", 0, CHOICE, "off|detect|beep",
     "Whether a person answers; with beep also when a machine begins to record."},
    {"wait-for-detection", 0, FLAG, NULL, "Nothing is said before that is known."},
    {"send-digits", 0, TEXT, "DIGITS", "Keys pressed after the answer; w waits."},
    {"follow", 'f', FLAG, NULL, "Show the call from its first moment to its end."},
    {"at", 0, TEXT, "TIME",
     "Have the server place it then: a local time like \"2024-05-01 12:00\", or one of RFC 3339."},
    {"reason", 0, TEXT, "TEXT", "With --at: what the assistant is told the call is for."},
    {"attempts", 0, NUMBER, "N", "With --at: how often in all, when nobody answers; otherwise 3."},
    {"retry", 0, NUMBER, "SECONDS", "With --at: how long between; otherwise 600."},
    {NULL},
};

static const OffhookOption show_options[] = {
    {"events", 'e', FLAG, NULL, "Everything that was told of it."}, {NULL}};

static const OffhookOption transfer_options[] = {
    {"warm", 'w', FLAG, NULL,
     "Call the target first: it hears the briefing and takes the call with 1 or \"yes\". Whoever "
     "is "
     "not taken comes back to the assistant."},
    {"briefing", 'b', TEXT, "TEXT", "What the target hears; only with --warm."},
    {NULL},
};

static const OffhookOption sms_options[] = {
    {"from", 'f', TEXT, "NUMBER", "Whose text it is; otherwise the provider's number."}, {NULL}};

static const OffhookOption tail_options[] = {{"once", '1', FLAG, NULL, "Until a call ends."},
					     {NULL}};

static const OffhookOption search_options[] = {
    {"role", 0, CHOICE, "user|assistant", "Who said it."},
    {"call", 0, OFFHOOK_WORD_CALL, "CALL", "In that call."},
    {"assistant", 0, OFFHOOK_WORD_ASSISTANT, "NAME", "Who held the conversation."},
    {"from", 0, TEXT, "TIME", "It was said then or later."},
    {"to", 0, TEXT, "TIME", "It was said before then."},
    {NULL},
};

static const OffhookOption stats_options[] = {
    {"by", 0, TEXT, "day,provider,assistant", "A line for each of them."},
    {"from", 0, TEXT, "DAY", "The first day; otherwise thirty days ago."},
    {"to", 0, TEXT, "DAY", "The day after the last."},
    {"provider", 0, OFFHOOK_WORD_PROVIDER, "NAME", "Only calls through that one."},
    {"assistant", 0, OFFHOOK_WORD_ASSISTANT, "NAME", "Only calls of that one."},
    {NULL},
};

static const OffhookOption export_options[] = {
    {"format", 0, CHOICE, "jsonl|csv",
     "Lines of JSON, or a table; otherwise csv into a file called .csv, else jsonl."},
    {NULL},
};

static const OffhookOption deliveries_options[] = {
    {"dead", 0, FLAG, NULL, "Only those that are not tried any more."},
    {"endpoint", 0, TEXT, "NAME", "Only those for the section [webhook:NAME]."},
    {"call", 0, OFFHOOK_WORD_CALL, "CALL", "Only those of that call."},
    {NULL},
};
static const OffhookOption retry_options[] = {
    {"all", 0, FLAG, NULL, "All dead ones anew."},
    {"endpoint", 0, TEXT, "NAME", "With --all: only those for the section [webhook:NAME]."},
    {NULL},
};

static const OffhookOption erase_options[] = {
    {"user", 0, TEXT, "ID", "A user instead of a number."}, {NULL}};

static const OffhookOption memory_options[] = {
    {"search", 0, TEXT, "TEXT", "Only what has to do with a text."},
    {"forget", 0, FLAG, NULL, "Delete all of it."},
    {"id", 0, TEXT, "ID", "With --forget: only that one."},
    {NULL},
};

static const OffhookOption try_options[] = {
    {"user", 0, TEXT, "ID",
     "Who is talking, for assistants that remember; otherwise the login name."},
    {"set", 0, TEXT, "NAME=VALUE", "A variable of the conversation.", TRUE},
    {"open", 0, FLAG, NULL, "Talk to it as if it were open, whatever its hours say."},
    {NULL},
};

static const OffhookOption talk_options[] = {
    {"user", 0, TEXT, "ID", "Who is talking."},
    {"session", 0, TEXT, "ID", "Goes on with the open conversation of this user and session."},
    {"conversation", 0, TEXT, "ID", "Goes on with that one."},
    {"set", 0, TEXT, "NAME=VALUE", "A variable of the conversation.", TRUE},
    {"open", 0, FLAG, NULL, "Talk to it as if it were open, whatever its hours say."},
    {NULL},
};
static const OffhookOption agent_option[] = {
    {"agent", 0, TEXT, "AGENT", "Who is asked; otherwise the first assistant."}, {NULL}};
static const OffhookOption create_options[] = {
    {"model", 0, TEXT, "MODEL", "Of its language model."},
    {"prompt", 0, TEXT, "TEXT", "What the language model is told to be."},
    {"max-tokens", 0, NUMBER, "N", "The longest answer."},
    {NULL},
};
static const OffhookOption conversation_filters[] = {
    {"user", 0, TEXT, "ID", "Only those of that user."},
    {"status", 's', TEXT, "STATUS", "Only those that stand so: active, completed, ..."},
    {NULL},
};
static const OffhookOption interaction_options[] = {
    {"session", 0, TEXT, "ID", "In which session."},
    {"agent-type", 0, TEXT, "TYPE", "What answered."},
    {NULL},
};
static const OffhookOption supabase_stats_options[] = {
    {"user", 0, TEXT, "ID", "Only of that user."},
    {"days", 0, NUMBER, "N", "Today is the last of so many; otherwise 30."},
    {NULL},
};

static const OffhookOption top_options[] = {
    {"once", '1', FLAG, NULL, "Show them once, as they are now."},
    {"sort", 0, CHOICE, "length|delay|state|assistant", "What comes first; otherwise length."},
    {NULL},
};

static const OffhookOption setup_options[] = {
    {"output", 'o', NAMED, "FILE",
     "The configuration to write; otherwise that of --config, else /etc/offhook/offhookd.conf."},
    {"driver", 0, TEXT, "NAME",
     "The provider: twilio, vonage, ...; otherwise loopback. For generic-http --set says the "
     "rest."},
    {"public-url", 0, TEXT, "URL", "Where the provider reaches this server: https://..."},
    {"listen", 0, TEXT, "ADDRESS", "Where the server listens, if not where it usually does."},
    {"assistant", 0, TEXT, "NAME", "What the assistant is called; otherwise reception."},
    {"llm", 0, TEXT, "ENGINE",
     "Its language model; without one it follows the sample script or, without --tts and "
     "--greeting, gives back what it hears."},
    {"stt", 0, TEXT, "ENGINE", "What hears; otherwise that of --llm."},
    {"tts", 0, TEXT, "ENGINE", "What speaks; otherwise that of --llm."},
    {"greeting", 0, TEXT, "TEXT", "What it says first."},
    {"prompt", 0, TEXT, "TEXT", "What the language model is told to be."},
    {"set", 0, TEXT, "NAME.KEY=VALUE",
     "A setting of the driver or engine NAME: twilio.account-sid=AC... With @FILE for a value it "
     "is read from there. Settings that have a variable of the environment are taken from it.",
     TRUE},
    {"no-test", 0, FLAG, NULL, "Don't ask the provider and the engines whether it works."},
    {"force", 0, FLAG, NULL, "Overwrite files that are there."},
    {NULL},
};

static const OffhookOption drain_options[] = {
    {"quit", 0, FLAG, NULL, "Stop when the last call has ended."},
    {"stop", 0, FLAG, NULL, "Take new calls again."},
    {NULL},
};

static const OffhookOption doctor_options[] = {
    {"no-call", 0, FLAG, NULL, "Leave out the call with itself, which takes seconds."},
    {"clock", 0, TEXT, "URL", "Compare the clock with what that server says the time is."},
    {NULL},
};

/* ---- the commands ---- */

#define CALL                                                                                       \
	{                                                                                          \
		{                                                                                  \
			"CALL", OFFHOOK_WORD_CALL                                                  \
		}                                                                                  \
	}
#define LIVE_CALL                                                                                  \
	{                                                                                          \
		"CALL", OFFHOOK_WORD_LIVE_CALL                                                     \
	}
#define ONLY_BUS "Only over D-Bus, which asks who may: docs/dbus.md."
#define SERVER                                                                                     \
	"Where no server is running, one runs for the time, with the configuration that --config " \
	"names, but a port, state and a database of its own."

const OffhookCommand offhook_commands[] = {
    {.name = "call",
     .group = "Calls in progress",
     .summary = "Place a call, at once or at a time, and print its id.",
     .details =
	 "The number is in E.164 form: +15550100001. With --follow the exit status is 0 when "
	 "the call was completed or transferred, and 1 when it was busy, not answered, or "
	 "failed.",
     .arguments = {{"NUMBER"}},
     .options = {call_options},
     .run = offhook_command_call},
    {.name = "answer",
     .summary = "Pick up a call that rings; only over D-Bus.",
     .arguments = {LIVE_CALL},
     .run = offhook_command_act},
    {.name = "end",
     .summary = "Hang up, and print how the call ended.",
     .arguments = {LIVE_CALL},
     .run = offhook_command_act},
    {.name = "transfer",
     .summary = "Pass the caller on to a number, sip:... or client:...",
     .arguments = {LIVE_CALL, {"TARGET"}},
     .options = {transfer_options},
     .run = offhook_command_transfer},
    {.name = "hold",
     .summary = "Let the caller wait.",
     .arguments = {LIVE_CALL},
     .run = offhook_command_act},
    {.name = "unhold",
     .summary = "Go on with a caller who waits.",
     .arguments = {LIVE_CALL},
     .run = offhook_command_act},
    {.name = "mute",
     .summary = "Don't listen to the caller.",
     .arguments = {LIVE_CALL},
     .run = offhook_command_act},
    {.name = "unmute",
     .summary = "Listen again.",
     .arguments = {LIVE_CALL},
     .run = offhook_command_act},
    {.name = "dtmf",
     .summary = "Press keys; w waits half a second, W one.",
     .arguments = {LIVE_CALL, {"DIGITS"}},
     .run = offhook_command_act},
    {.name = "say",
     .summary = "Say something in the assistant's voice.",
     .arguments = {LIVE_CALL, {"TEXT"}},
     .run = offhook_command_act},
    {.name = "inject",
     .summary = "Answer a text as if the caller had said it; only over D-Bus.",
     .arguments = {LIVE_CALL, {"TEXT"}},
     .run = offhook_command_act},
    {.name = "play-url",
     .summary = "Have the provider play a sound, where it can.",
     .arguments = {LIVE_CALL, {"URL"}},
     .run = offhook_command_act},
    {.name = "record",
     .summary = "Record a call from now on, or pause or end that.",
     .details = "Here; with [media] record-at=provider, or where words cross, start is for the "
		"provider. The others hold for both.",
     .arguments = {LIVE_CALL, {"start|pause|resume|stop", CHOICE}},
     .run = offhook_command_act},
    {.name = "tail",
     .summary = "Follow the transcripts of calls as they are spoken.",
     .details = "With it: how long answers took, tools and how they ended, other assistants and "
		"people that calls go to, engines and agents that fail. What tools are given and "
		"give is not shown; show and events have it.",
     .arguments = {{"CALL", OFFHOOK_WORD_LIVE_CALL, TRUE}},
     .options = {tail_options},
     .run = offhook_command_tail},
    {.name = "top",
     .summary = "Watch calls in progress: state, who speaks, delays, and the server's load.",
     .details = "Delay is from the caller's last sound to the answer's first of the last turn, own "
		"what the server itself needed of it. Keys: s takes another order, q ends. Where "
		"no terminal is, and with --once or --json, they are shown once.",
     .options = {top_options},
     .run = offhook_command_top},
    {.name = "scheduled",
     .summary = "List the calls that are to be placed, or were.",
     .options = {status_option, limit_50},
     .run = offhook_command_scheduled},
    {.name = "scheduled show",
     .summary = "All that is known of one.",
     .arguments = {{"ID"}},
     .run = offhook_command_resource},
    {.name = "scheduled cancel",
     .summary = "Have one not placed.",
     .arguments = {{"ID"}},
     .run = offhook_command_scheduled_cancel},
    {.name = "sms",
     .summary = "Send a text message and print its id; without arguments list the latest.",
     .arguments = {{"NUMBER", TEXT, TRUE}, {"TEXT", TEXT, TRUE}},
     .options = {sms_options},
     .run = offhook_command_sms},
    {.name = "sms show",
     .summary = "All that is known of one of the latest.",
     .arguments = {{"ID"}},
     .run = offhook_command_resource},

    {.name = "calls",
     .group = "Calls of the past",
     .summary = "List calls, newest first.",
     .options = {status_option, limit_50},
     .run = offhook_command_calls},
    {.name = "show",
     .summary = "One call with its transcript and times, or all that happened.",
     .details =
	 "In the order of time: what was said and by whom, tools and what else happened, and "
	 "where the time of each answer went.",
     .arguments = CALL,
     .options = {show_options},
     .run = offhook_command_show},
    {.name = "play",
     .summary = "Play a call's recording, or keep it.",
     .details = "It is played where there is a sound device, with gst-play-1.0, aplay or paplay.",
     .arguments = CALL,
     .options = {output_option},
     .run = offhook_command_play},
    {.name = "recordings",
     .summary = "List a call's recordings.",
     .arguments = CALL,
     .run = offhook_command_recordings},
    {.name = "history",
     .summary = "List calls of the past by what they were, newest first.",
     .details = "A narrow terminal shows fewer columns.",
     .options = {call_filters, limit_50},
     .run = offhook_command_history},
    {.name = "search",
     .summary = "Find what was said, newest first.",
     .details =
	 "All of the words, without regard to case and accents. Words in double quotes (which "
	 "the shell has to leave alone) stand side by side; a word may be cut off with * "
	 "after three characters.",
     .arguments = {{"WORD", TEXT, FALSE, TRUE}},
     .options = {search_options, limit_20},
     .run = offhook_command_search},
    {.name = "stats",
     .summary = "Calls, minutes, answer rate, delay and cost.",
     .details = "The delay is the median of what callers waited for answers.",
     .options = {stats_options},
     .run = offhook_command_stats},
    {.name = "export",
     .summary = "Write all calls that the filters let through.",
     .options = {call_filters, export_options, output_option},
     .run = offhook_command_export},

    {.name = "assistant list",
     .group = "Assistants and callers",
     .summary = "Who answers: each assistant with its agents and language model.",
     .details = SERVER,
     .run = offhook_command_assistant_list},
    {.name = "assistant check",
     .summary = "Open everything that an assistant needs, and say whether it is well.",
     .details =
	 "Its driver, agents, tools and engines; each engine is asked for a word, which costs "
	 "as much as that. What is wrong with other assistants does not matter. Fails when "
	 "something is wrong.\n" SERVER,
     .arguments = {{"NAME", OFFHOOK_WORD_ASSISTANT}},
     .run = offhook_command_assistant_check},
    {.name = "assistant try",
     .summary = "Talk with an assistant by text.",
     .details = "Each line is a message, also of a file or a pipe; the answer comes as it is made, "
		"and what the agents do besides (tools, what they notice) is dim. The line "
		"/keys 12# presses these keys of a telephone: 0 to 9, *, #, A to D. Ctrl-D and "
		"Ctrl-C end the conversation, and so does the assistant by hanging up. Fails when "
		"a line had no answer, and when it is closed by its hours and hangs up: --open "
		"ignores them. With --json what the server streams is printed, an event a "
		"line.\n" SERVER,
     .arguments = {{"NAME", OFFHOOK_WORD_ASSISTANT}},
     .options = {try_options},
     .run = offhook_command_assistant_try},
    {.name = "agents",
     .summary = "List whom a program can write to: assistants, agents alone, and made ones.",
     .run = offhook_command_agents},
    {.name = "agents message",
     .summary = "Write to an agent or assistant, and print what it answers.",
     .details = "The conversation's id goes to standard error. The exit status is 1 when nobody "
		"answered. assistant try is for people.",
     .arguments = {{"AGENT"}, {"TEXT"}},
     .options = {talk_options},
     .run = offhook_command_agents_message},
    {.name = "agents status",
     .summary = "What an agent has done since the start.",
     .arguments = {{"AGENT"}},
     .run = offhook_command_resource},
    {.name = "agents create",
     .summary = "Make an agent of a type that is installed, and print its id.",
     .arguments = {{"TYPE"}, {"NAME"}},
     .options = {create_options},
     .run = offhook_command_agents_create},
    {.name = "agents delete",
     .summary = "Delete one that was made.",
     .arguments = {{"AGENT"}},
     .run = offhook_command_resource},
    {.name = "conversations",
     .summary = "List conversations, newest first: those by text, and those of calls.",
     .options = {conversation_filters, limit_50},
     .run = offhook_command_resource},
    {.name = "conversations show",
     .summary = "One conversation with its messages.",
     .arguments = {{"ID"}},
     .run = offhook_command_conversations_show},
    {.name = "conversations begin",
     .summary = "Begin one by text, and print what the assistant says first.",
     .arguments = {{"AGENT"}},
     .options = {talk_options},
     .run = offhook_command_conversations_begin},
    {.name = "conversations add",
     .summary = "Add a message that was said elsewhere; nobody answers it.",
     .arguments = {{"ID"}, {"user|assistant|system", CHOICE}, {"TEXT"}},
     .run = offhook_command_resource},
    {.name = "conversations end",
     .summary = "End one.",
     .arguments = {{"ID"}},
     .run = offhook_command_resource},
    {.name = "process-intent",
     .summary = "What somebody who says a text wants: its intent, and the answer.",
     .arguments = {{"TEXT"}},
     .options = {agent_option, talk_options},
     .run = offhook_command_process_intent},
    {.name = "process-audio",
     .summary = "The same of speech in a file.",
     .details = "A WAV file of up to a minute, or G.711 at 8 kHz in a file called .ulaw or .alaw.",
     .arguments = {{"FILE", NAMED}},
     .options = {agent_option, talk_options},
     .run = offhook_command_process_audio},
    {.name = "memory",
     .summary = "What agents remember of a caller (his number) or a user.",
     .arguments = {{"USER"}},
     .options = {memory_options},
     .run = offhook_command_memory},
    {.name = "memory context",
     .summary = "A user's latest conversations, preferences and what is known of him.",
     .arguments = {{"USER"}},
     .run = offhook_command_resource},
    {.name = "memory learn",
     .summary = "Keep preferences of a user and what is known of him.",
     .details = "JSON is {\"preferences\": {...}, \"knowledge\": {...}}; what is left away stays "
		"as it is.",
     .arguments = {{"USER"}, {"JSON"}},
     .run = offhook_command_resource},
    {.name = "erase",
     .summary = "Erase all data of a caller, and print a receipt.",
     .details = "With his recordings here and at the providers. The number needs its country (+ or "
		"00). Shows how much there is and asks first. The exit status is 1 when something "
		"could not be deleted: the receipt says what.",
     .arguments = {{"NUMBER", TEXT, TRUE}},
     .options = {erase_options, yes_option},
     .run = offhook_command_erase},
    {.name = "erasures",
     .summary = "List the receipts of what was erased, newest first.",
     .options = {limit_50},
     .run = offhook_command_resource},
    {.name = "erasures show",
     .summary = "One receipt; fails when it was changed since.",
     .arguments = {{"RECEIPT"}},
     .run = offhook_command_resource},

    {.name = "status",
     .group = "The server",
     .summary = "Whether the server is well, and what it is doing.",
     .run = offhook_command_status},
    {.name = "ready",
     .summary = "Whether a call could be taken now; fails when not.",
     .run = offhook_command_resource},
    {.name = "connections",
     .summary = "Who listens on the control WebSocket.",
     .run = offhook_command_resource},
    {.name = "setup",
     .summary = "Ask for what a first assistant needs, try it, and write the configuration.",
     .details =
	 "In a terminal it asks for everything that no option says; with --yes nothing is asked. "
	 "What can't be a credential by its looks (an account's SID, a token, an id, a private "
	 "key's file) is refused when it is given. What it has is tried before it is written: the "
	 "configuration is checked, the provider is asked whether it takes the credentials, the language "
	 "model has to answer. Secrets become files beside the configuration that it "
	 "names; all files have mode 0600 and, written as root, belong to the user of the "
	 "service. None that is there is overwritten without being asked for.",
     .options = {setup_options, yes_option},
     .run = offhook_command_setup},
    {.name = "doctor",
     .summary = "Look at everything that a call needs, and say what to do about what is wrong.",
     .details = "The configuration, the server and its plugins, engines and providers with their "
		"credentials, the public URL, the database, disks, limits, the clock, and a call "
		"that the machine holds with itself. Each finding is ok, a warning (it works, but "
		"not as it should) or an error (calls will fail). The exit status is 1 when there "
		"is an error.\n" SERVER,
     .options = {doctor_options},
     .run = offhook_command_doctor},
    {.name = "events",
     .summary = "Follow events as they happen; all, or those of the types.",
     .details = "The types are those of docs/websocket.md, like call.started.",
     .arguments = {{"TYPE", TEXT, TRUE, TRUE}},
     .run = offhook_command_events},
    {.name = "metrics",
     .summary = "The server's figures, as Prometheus reads them.",
     .run = offhook_command_metrics},
    {.name = "plugins",
     .summary = "List drivers, engines and agents, and why one was refused.",
     .run = offhook_command_plugins},
    {.name = "plugins enable",
     .summary = "Undo disable; only over D-Bus.",
     .details = ONLY_BUS,
     .arguments = {{"NAME", OFFHOOK_WORD_PLUGIN}},
     .run = offhook_command_plugins_enable},
    {.name = "plugins disable",
     .summary = "Begin nothing new with a plugin, what uses it goes on; only over D-Bus.",
     .details = ONLY_BUS,
     .arguments = {{"NAME", OFFHOOK_WORD_PLUGIN}},
     .run = offhook_command_plugins_disable},
    {.name = "plugins load",
     .summary = "Load a plugin that nobody has noticed yet; only over D-Bus.",
     .details = "A file in one of the plugin directories. " ONLY_BUS,
     .arguments = {{"FILE", NAMED}},
     .run = offhook_command_plugins_load},
    {.name = "plugins rescan",
     .summary = "Look through the plugin directories once more; only over D-Bus.",
     .details = ONLY_BUS,
     .run = offhook_command_plugins_rescan},
    {.name = "reload",
     .summary = "Read the configuration again, all of it or nothing; only over D-Bus.",
     .details = ONLY_BUS,
     .run = offhook_command_reload},
    {.name = "drain",
     .summary = "Take no new calls, those in progress go on; only over D-Bus.",
     .details = ONLY_BUS,
     .options = {drain_options},
     .run = offhook_command_drain},
    {.name = "provider",
     .summary = "Make another provider the one for new calls.",
     .details = "Calls in progress keep theirs.",
     .arguments = {{"NAME", OFFHOOK_WORD_PROVIDER}},
     .run = offhook_command_provider},
    {.name = "provider list",
     .summary = "Which providers there are, and which is the one for new calls.",
     .run = offhook_command_resource},
    {.name = "provider show",
     .summary = "What a provider can do.",
     .arguments = {{"NAME", OFFHOOK_WORD_PROVIDER}},
     .run = offhook_command_resource},
    {.name = "provider test",
     .summary = "Ask a provider whether the account works and whether it can reach us.",
     .details = "Without a name, the one for new calls. The exit status is 1 when something does "
		"not work.",
     .arguments = {{"NAME", OFFHOOK_WORD_PROVIDER, TRUE}},
     .run = offhook_command_provider_test},
    {.name = "deliveries",
     .summary = "List events that your systems have not taken yet, newest first.",
     .details = "Your systems are the [webhook:NAME] sections of the configuration.",
     .options = {deliveries_options, limit_50},
     .run = offhook_command_deliveries},
    {.name = "deliveries retry",
     .summary = "Send one at once, or all dead ones anew, and say how many.",
     .arguments = {{"ID", TEXT, TRUE}},
     .options = {retry_options},
     .run = offhook_command_deliveries_retry},
    {.name = "deliveries delete",
     .summary = "Don't send it any more.",
     .arguments = {{"ID"}},
     .run = offhook_command_deliveries_delete},
    {.name = "supabase test",
     .summary = "Whether the database answers.",
     .run = offhook_command_resource},
    {.name = "supabase health",
     .summary = "The database, and the Supabase project where one is configured.",
     .run = offhook_command_resource},
    {.name = "supabase stats",
     .summary = "Interactions of users, counted.",
     .options = {supabase_stats_options},
     .run = offhook_command_resource},
    {.name = "supabase interactions",
     .summary = "List what a user and agents have said, newest first.",
     .arguments = {{"USER"}},
     .options = {limit_50},
     .run = offhook_command_resource},
    {.name = "supabase session",
     .summary = "The same of a session.",
     .arguments = {{"SESSION"}},
     .options = {limit_50},
     .run = offhook_command_resource},
    {.name = "supabase record",
     .summary = "Keep an interaction: what a user has said, and the answer.",
     .arguments = {{"USER"}, {"INPUT"}, {"RESPONSE", TEXT, TRUE}},
     .options = {interaction_options},
     .run = offhook_command_resource},
    {.name = "supabase preferences",
     .summary = "A user's preferences.",
     .arguments = {{"USER"}},
     .run = offhook_command_resource},
    {.name = "supabase prefer",
     .summary = "Keep preferences of a user, a JSON object, in the place of those that were.",
     .arguments = {{"USER"}, {"JSON"}},
     .run = offhook_command_resource},
    {.name = "db status",
     .summary = "The database: kind, schema, size, and what waits in the journal for it.",
     .details =
	 "The database is the one that the configuration names, with or without a server that "
	 "runs. The exit status of db commands is 0 when it is good or was done, 1 when "
	 "check found something or a migration failed or the schema is not this version's, "
	 "69 when the database can't be reached, 78 when its address can't be right.",
     .run = offhook_command_db_status},
    {.name = "db migrate",
     .summary = "Make the schema or bring it up to date.",
     .details = "As the server does when it starts; of several at once one does it and the others "
		"wait.",
     .run = offhook_command_db_migrate},
    {.name = "db check",
     .summary = "Read all of the database, and print what is wrong, a line each.",
     .details =
	 "Damage and broken references, indexes and constraints that are not valid, counters "
	 "that are not what they count, files of the journal that were set aside. Changes "
	 "nothing; it may take a while.",
     .run = offhook_command_db_check},

    {.name = "new",
     .group = "Plugins of your own",
     .summary = "Begin a plugin: a folder that builds against the installed SDK, with its tests.",
     .details = "README.md in the folder says what is where.",
     .arguments = {{"driver|engine|agent", CHOICE}, {"NAME"}},
     .options = {new_options},
     .run = offhook_command_new},
    {.name = "conform",
     .summary = "Test a plugin's file against the contract of its kind.",
     .details =
	 "Each check runs in a process of its own. Prints a line for each, elsewhere than in a "
	 "terminal TAP, or what --format plain, tap or json says; --with FILE says what the "
	 "plugin needs, --only SUITE/CHECK picks checks, --describe prints what is asked. The "
	 "exit status is 1 when a check failed.",
     .arguments = {{"FILE.so", NAMED}, {"OPTION", TEXT, TRUE, TRUE}},
     .run = offhook_command_conform,
     .raw = TRUE},

    {.name = "emulate",
     .group = "Trying and help",
     .summary = "Play a provider's part, to try an assistant without an account.",
     .details =
	 "Without a provider it says which ones are installed; offhook emulate twilio --help "
	 "shows how that one is used.",
     .arguments = {{"PROVIDER", OFFHOOK_WORD_EMULATOR}, {"OPTION", TEXT, TRUE, TRUE}},
     .run = offhook_command_emulate,
     .raw = TRUE},
    {.name = "help",
     .summary = "List the commands, or tell of one.",
     .arguments = {{"COMMAND", OFFHOOK_WORD_COMMAND, TRUE},
		   {"COMMAND", OFFHOOK_WORD_COMMAND, TRUE}},
     .run = offhook_command_help},
    {.name = "__complete",
     .summary = "What could come next, for shells.",
     .arguments = {{"WORD", TEXT, TRUE, TRUE}},
     .run = offhook_command_complete,
     .raw = TRUE,
     .hidden = TRUE},
    {NULL},
};
