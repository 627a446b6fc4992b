/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a command is: its words, its options, what it is for, and what it does. Everything that knows of
 * commands (parsing, --help, the manual page, completion) reads this one table.
 */
#pragma once

#include "cli/client/client.h"

G_BEGIN_DECLS

/** What a word stands for: how it is checked, and what completes it. */
typedef enum {
	OFFHOOK_WORD_TEXT,
	OFFHOOK_WORD_FLAG,   /* an option without a value */
	OFFHOOK_WORD_NUMBER, /* whole, from 1 */
	OFFHOOK_WORD_CHOICE, /* one of "name|name"; nothing else is taken */
	OFFHOOK_WORD_FILE,
	OFFHOOK_WORD_CALL,      /* any call, the latest are offered */
	OFFHOOK_WORD_LIVE_CALL, /* one in progress */
	OFFHOOK_WORD_ASSISTANT,
	OFFHOOK_WORD_PROVIDER,
	OFFHOOK_WORD_PLUGIN,
	OFFHOOK_WORD_EMULATOR,
	OFFHOOK_WORD_COMMAND,
} OffhookWordKind;

/** An array of them ends with a %NULL name. */
typedef struct {
	const char *name; /* "limit" */
	char letter;      /* 'n', or 0 */
	OffhookWordKind kind;
	const char *value; /* "N", "off|wav|opus"; %NULL: a flag */
	const char *help;
	gboolean repeated; /* each time adds one */
} OffhookOption;

typedef struct {
	const char *name; /* "CALL", "start|pause" */
	OffhookWordKind kind;
	gboolean optional;
	gboolean repeated; /* the last one: one or more */
} OffhookArgument;

#define OFFHOOK_COMMAND_MAX_ARGUMENTS   3
#define OFFHOOK_COMMAND_MAX_OPTION_SETS 3

/** What the user has said. */
typedef struct _OffhookWords OffhookWords;

typedef struct {
	const char *name;  /* "calls", "deliveries retry" */
	const char *group; /* heading in the list of commands; %NULL: as the one before */
	const char *summary;
	const char *details;                                      /* (nullable): paragraphs */
	OffhookArgument arguments[OFFHOOK_COMMAND_MAX_ARGUMENTS]; /* as many as have names */
	const OffhookOption *options[OFFHOOK_COMMAND_MAX_OPTION_SETS];
	/** Returns: the exit status, unless @error is set */
	int (*run)(OffhookClient *client, const OffhookWords *words, GError **error);
	gboolean raw;    /* what follows its name is another program's */
	gboolean hidden; /* from people: programs ask it */
} OffhookCommand;

/** Of every command. */
extern const OffhookOption offhook_global_options[];
/** Ends with a %NULL name. A group's commands are side by side, and so are those of one first word. */
extern const OffhookCommand offhook_commands[];

/** (nullable) */
const OffhookCommand *offhook_command_find(const char *name);
/** Whether commands begin with @word and another one: "deliveries". */
gboolean offhook_command_is_family(const char *word);
/** " (did you mean \"assistant try\"?)" of try, which is none, or "" when nothing is near. (transfer full) */
char *offhook_command_hint(const char *word);
/** The @i-th option of @self, then those of every command. (nullable): no more */
const OffhookOption *offhook_command_get_option(const OffhookCommand *self, guint i);
guint offhook_command_count_arguments(const OffhookCommand *self);

/* ---- telling of them ---- */

/** "offhook show [OPTION...] CALL". (transfer full) */
char *offhook_command_print_usage(const OffhookCommand *self);
/** --help. (transfer full) */
char *offhook_command_print_help(const OffhookCommand *self);
/** All commands in a line each, or those that begin with the word @family (nullable). (transfer full) */
char *offhook_command_print_list(const char *family);
/** The sections on commands and options of offhook(1). (transfer full) */
char *offhook_command_print_man_commands(void);
char *offhook_command_print_man_options(void);

G_END_DECLS
