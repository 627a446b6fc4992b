/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a shared object: either fit or an error, and looking up a symbol in what is fit
 * stays inside of it.
 */

#include "plugin/elf-check.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(GError) error = NULL;
	const guint8 *object;

	if (!offhook_elf_check(data, size, &error)) {
		g_assert(error != NULL);
		return 0;
	}
	g_assert(error == NULL);
	object = offhook_elf_find_object(data, size, "offhook_plugin_info", 16);
	if (object != NULL)
		g_assert(object >= data && object + 16 <= data + size);
	return 0;
}
