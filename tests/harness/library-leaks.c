/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * For programs that are checked by AddressSanitizer and make many quarks, as GStreamer does: what
 * libraries allocate while they are being loaded is no leak of ours. GLib's first table of quarks is
 * such, and is left behind when it grows. No suppression finds it but by a whole stack, and to take one
 * at each allocation makes a program several times slower.
 */

#include <sanitizer/lsan_interface.h>

static void
library_leaks_begin(void)
{
	__lsan_disable();
}

/* Before the constructors of all libraries ... */
__attribute__((section(".preinit_array"), used)) static void (*const library_leaks_early)(void) =
    library_leaks_begin;

/* ... and after them. */
__attribute__((constructor)) static void
library_leaks_end(void)
{
	__lsan_enable();
}
