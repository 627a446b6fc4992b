/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the suites need to know of a plugin, as its author writes it: a file of groups and keys.
 * Without one, what needs it is skipped. Main thread.
 */
#pragma once

#include "fake-provider.h"

G_BEGIN_DECLS

typedef struct _KitCase KitCase;

/**
 * kit_case_load:
 * @path: (nullable): nothing is known then
 * @words: (element-type utf8 utf8): what stands for `@NAME@` in values; besides those `@dir@`, the file's
 *   folder, and `@provider@`, where an HTTP server of the kit's own answers as the group [provider] says
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_CONFIG for groups, keys and names that are none
 */
KitCase *kit_case_load(const char *path, GHashTable *words, GError **error);
void kit_case_free(KitCase *self);

/** Whether anything is known. */
gboolean kit_case_is_given(KitCase *self);
gboolean kit_case_has(KitCase *self, const char *group);
/** (transfer full) (nullable) */
char *kit_case_dup(KitCase *self, const char *group, const char *key);
/** %FALSE also when it is not said. */
gboolean kit_case_is(KitCase *self, const char *group, const char *key);
/** (transfer full): name, value, ..., %NULL: the keys of @group */
char **kit_case_dup_pairs(KitCase *self, const char *group);
/** (transfer full) (element-type GStrv): the pairs of each group `[refused ...]` */
GPtrArray *kit_case_list_refused(KitCase *self);
/** (transfer none) */
OffhookFakeProvider *kit_case_get_provider(KitCase *self);
/** (transfer full): @text with "%u" replaced by a number that is another one each time */
char *kit_case_number(KitCase *self, const char *text);

/** What can be in such a file, as Markdown. (transfer full) */
char *kit_case_describe(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KitCase, kit_case_free)

G_END_DECLS
