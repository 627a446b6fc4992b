/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Lines out of bytes that are cut anywhere. One thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OffhookMcpLines OffhookMcpLines;

/** @line: without its end, LF or CR LF, never empty; ends with a NUL that is not counted in @size */
typedef void (*OffhookMcpLineFunc)(gpointer user_data, const char *line, gsize size);

/** @max_size: of a line; 0: what is beyond some thousand bytes of a line is left out */
OffhookMcpLines *offhook_mcp_lines_new(gsize max_size, OffhookMcpLineFunc func, gpointer user_data);
void offhook_mcp_lines_free(OffhookMcpLines *self);
/** Returns: %FALSE when a line is too long; then no more may be pushed */
gboolean offhook_mcp_lines_push(OffhookMcpLines *self, const char *data, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMcpLines, offhook_mcp_lines_free)

G_END_DECLS
