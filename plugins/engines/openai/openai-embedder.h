/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Embeddings: POST /embeddings. Main thread.
 */
#pragma once

#include "openai-config.h"
#include <offhook/embedder.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_OPENAI_EMBEDDER (offhook_openai_embedder_get_type())
G_DECLARE_FINAL_TYPE(OffhookOpenaiEmbedder, offhook_openai_embedder, OFFHOOK, OPENAI_EMBEDDER,
		     OffhookEmbedder)

OffhookEmbedder *offhook_openai_embedder_new(OffhookWebClient *web, OffhookOpenaiConfig *config);

/**
 * offhook_openai_embedder_read:
 * @text: an answer, or anything else
 * @n: how many texts were sent
 * @tokens: (out): that were counted; negative: the service does not tell
 *
 * (transfer full) (nullable) (element-type GArray of gfloat): %OFFHOOK_ERROR_FORMAT, or what the
 * service said
 */
GPtrArray *offhook_openai_embedder_read(const char *text, gsize size, guint n, gint64 *tokens,
					GError **error);

G_END_DECLS
