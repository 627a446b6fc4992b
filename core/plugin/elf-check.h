/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Looks at a shared object before the dynamic linker does. The linker trusts what it maps: a copy
 * that is cut short would kill the daemon. Everything here works on bytes in memory. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * offhook_elf_check:
 * @error: %OFFHOOK_ERROR_FORMAT (not an ELF file, cut short, inconsistent) or
 *   %OFFHOOK_ERROR_INCOMPATIBLE (of another machine, a program)
 *
 * Whether this is a complete shared object for this machine.
 */
gboolean offhook_elf_check(const guint8 *data, gsize size, GError **error);

/**
 * offhook_elf_find_object:
 * @data: passed offhook_elf_check()
 *
 * Where the file holds the exported variable @name, as far as it needs no relocation.
 *
 * Returns: (nullable): @length bytes inside @data; %NULL when there is none or it is smaller
 */
const guint8 *offhook_elf_find_object(const guint8 *data, gsize size, const char *name,
				      gsize length);

G_END_DECLS
