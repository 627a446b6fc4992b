/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An embedder that knows of a few words that they mean the same, and of others nothing. Main thread of
 * a test.
 */

#pragma once

#include <offhook/embedder.h>

G_BEGIN_DECLS

#define TYPE_THESAURUS (thesaurus_get_type())
G_DECLARE_FINAL_TYPE(Thesaurus, thesaurus, TEST, THESAURUS, OffhookEmbedder)

struct _Thesaurus {
	OffhookEmbedder parent_instance;

	guint delay_ms;
	gboolean broken;
	guint n_texts; /* so far */
	guint n_open;  /* questions */
};

Thesaurus *thesaurus_new(void);

G_END_DECLS
