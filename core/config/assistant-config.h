/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One `[assistant:NAME]` section, ready to use. Belongs to its OffhookConfig; whoever keeps one
 * keeps a reference to that.
 */
#pragma once

#include <offhook/opening-hours.h>
#include <offhook/plugin.h>

#include "config/conduct.h"

G_BEGIN_DECLS

/** The most engines that an assistant may name for one role. */
#define OFFHOOK_ASSISTANT_ENGINES_MAX 8

/** What happens when a machine answers a call that we place. */
typedef enum {
	OFFHOOK_MACHINE_TALK, /* the same as to a person */
	OFFHOOK_MACHINE_HANG_UP,
	OFFHOOK_MACHINE_LEAVE_MESSAGE, /* after its beep, then hang up */
} OffhookMachineConduct;

typedef struct {
	char *name;
	char *driver;           /* (nullable): calls of this driver only; %NULL: of any */
	char *number;           /* (nullable): calls to this number only; %NULL: to any */
	char **agents;          /* the chain, in order; at least one */
	char **tools;           /* agents that add tools, and built-in ones; may be empty */
	char **sms_to;          /* who may get text messages besides the caller; may be empty */
	char **stt;             /* engines that transcribe, in order; may be empty */
	char **tts;             /* ... that synthesize */
	char **llm;             /* ... that complete */
	char **embed;           /* ... that turn texts into vectors */
	char **last_voice;      /* ... that speak when all of tts fail; may be empty */
	guint stt_timeout_ms;   /* from the end of an utterance to its text */
	guint tts_timeout_ms;   /* to the first sound */
	guint llm_timeout_ms;   /* to the first words */
	guint stall_timeout_ms; /* from one part of an answer to the next */
	char *greeting;         /* (nullable): said when the call is answered */
	char *language;         /* BCP 47 */
	GHashTable *voices;     /* tts engine -> its name of a voice; not each has one */
	char *prompt;           /* (nullable): instructions for a language model */
	gboolean interruptible; /* the caller may talk over the answers */
	gboolean learn_pauses;  /* the end of a turn depends on the caller's habits */
	gboolean mute_greeting; /* the caller is not heard before its end */
	gboolean mute_tools;    /* nor while a tool runs */
	gboolean speculate;     /* answers are asked for before a turn has certainly ended */
	guint filler_after_ms;  /* of waiting for an answer, something is said; 0: never */
	char **filler_sounds;   /* may be empty: those of the language, as the next two */
	char **filler_phrases;
	char **apology;          /* alternatives */
	guint answer_timeout_ms; /* 0: none */
	OffhookMachineConduct on_machine;
	char *machine_message;      /* (nullable): what is left after the beep */
	guint max_duration_s;       /* of a call; 0: any */
	double max_cost_per_call;   /* 0: any */
	double max_cost_per_day;    /* of all calls that begin on a day; 0: any */
	char *limit_message;        /* (nullable): said when one of these is reached */
	char *recording;            /* (nullable): "off" or a format; %NULL: as [media] says */
	OffhookOpeningHours *hours; /* (nullable): always open */
	GTimeZone *timezone;        /* of the hours */
	char **holidays;            /* "2026-12-25" or "12-25"; closed then */
	char *closed_message;       /* (nullable): said when it is closed */
	OffhookConduct when_closed;
	OffhookConduct on_failure; /* of failure_limit turns in a row */
	guint failure_limit;
	gboolean built_in; /* from the defaults in code, not from a file */
	/*
	 * Keys "<agent>.<key>", "<driver>.<key>" and "<engine>.<key>" of the section: plugin name ->
	 * GHashTable (key -> value), ready for the options of their sessions. Values of keys that are
	 * `file` or end in `-file` are absolute.
	 */
	GHashTable *options;
	guint embed_timeout_ms; /* as the others above: to the vectors */
} OffhookAssistantConfig;

/** Is @name, of `tools`, a built-in one? Others are agents. */
gboolean offhook_assistant_config_is_builtin_tool(const char *name);

/** What an assistant with one agent alone is to have of its own; %NULL: as the assistant it is made of. */
typedef struct {
	const char *agent;
	const char *model;  /* (nullable): of its language model */
	const char *prompt; /* (nullable) */
} OffhookAssistantChange;

/**
 * @base as it is with one agent only, who is talked to by text. (transfer full): to be freed by
 * offhook_assistant_config_free_copy() before @base
 */
OffhookAssistantConfig *offhook_assistant_config_new_alone(const OffhookAssistantConfig *base,
							   const OffhookAssistantChange *change);

/** Whether the plugin @name is not to be used. */
typedef gboolean (*OffhookPluginFilter)(gpointer data, OffhookPluginKind kind, const char *name);

/**
 * @base without what @is_off says: others stand in for it. (transfer full) (nullable): nothing is off,
 * or with @error there is nobody who could: its agents, stt, tts or llm are off altogether. To be freed
 * by offhook_assistant_config_free_copy() before @base
 */
OffhookAssistantConfig *offhook_assistant_config_new_without(const OffhookAssistantConfig *base,
							     OffhookPluginFilter is_off,
							     gpointer data, GError **error);
/** @self: (nullable) */
void offhook_assistant_config_free_copy(OffhookAssistantConfig *self);

/**
 * What may be wrong with the names in its prompt, a line for each. (transfer full): a call may bring any
 * variable, so none of them need be
 */
char **offhook_assistant_config_review_prompt(const OffhookAssistantConfig *self);

/** Whether it is open at @unix_us. */
gboolean offhook_assistant_config_is_open(const OffhookAssistantConfig *self, gint64 unix_us);

/** Whether @engine is in stt, tts or llm. */
gboolean offhook_assistant_config_has_engine(const OffhookAssistantConfig *self,
					     const char *engine);

/** @plugin's options. (transfer none) (nullable): none given */
GHashTable *offhook_assistant_config_get_options(const OffhookAssistantConfig *self,
						 const char *plugin);

G_END_DECLS
