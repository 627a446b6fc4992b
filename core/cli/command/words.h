/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the user has said: a command, its options, its arguments.
 */
#pragma once

#include "cli/command/command.h"

G_BEGIN_DECLS

/**
 * offhook_words_parse:
 * @argv: with the program's name
 *
 * Finds the command and checks its words. Returns: (transfer full) (nullable): %G_OPTION_ERROR
 */
OffhookWords *offhook_words_parse(char **argv, GError **error);
void offhook_words_free(OffhookWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookWords, offhook_words_free)

/** (nullable): help is wanted, or the version, and no command was named */
const OffhookCommand *offhook_words_get_command(const OffhookWords *self);
/** (nullable): the first word of commands of which none was named, as help is wanted of all */
const char *offhook_words_get_family(const OffhookWords *self);

/** Whether the command has such an option at all. */
gboolean offhook_words_knows(const OffhookWords *self, const char *option);
gboolean offhook_words_is_number(const OffhookWords *self, const char *option);
/** The value of an option. (nullable): not given */
const char *offhook_words_get(const OffhookWords *self, const char *option);
/** Whether a flag was given. */
gboolean offhook_words_has(const OffhookWords *self, const char *flag);
/** @fallback: when not given */
guint offhook_words_get_number(const OffhookWords *self, const char *option, guint fallback);
/** Each value of a repeated option. (nullable): none */
const char *const *offhook_words_get_list(const OffhookWords *self, const char *option);
/** The @i-th argument. (nullable): not given */
const char *offhook_words_get_argument(const OffhookWords *self, guint i);
/** (transfer none) */
const char *const *offhook_words_get_arguments(const OffhookWords *self);

/**
 * Adds each "NAME=VALUE" of @given (nullable), as --set takes them, to @variables. FALSE: one is none
 */
gboolean offhook_words_read_variables(const char *const *given, JsonObject *variables,
				      GError **error);

/** Words that don't go together. Always %EXIT_FAILURE. */
int offhook_words_refuse(const OffhookWords *self, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

G_END_DECLS
