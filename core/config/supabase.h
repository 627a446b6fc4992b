/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a Supabase project's URL and keys say, and what they do not. Nothing here goes to the network.
 * Any thread.
 */
#pragma once

#include "config/config.h"

G_BEGIN_DECLS

/** "abc" of https://abc.supabase.co. (transfer full) (nullable): it is somewhere else */
char *offhook_supabase_dup_ref(const char *url);

/** Adds what is wrong with [supabase] to the problems, and what it lacks to the notices. */
void offhook_supabase_check(OffhookConfig *config);

G_END_DECLS
