/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How long recordings are that broke off with their process: their files say so. Main thread; files
 * are read in another.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/**
 * Writes down the lengths of those of @node that are known to be broken off, by and by. What can't be
 * told is looked at again the next time.
 */
void offhook_recording_lengths_mend(OffhookStore *store, const char *node,
				    GCancellable *cancellable);

G_END_DECLS
