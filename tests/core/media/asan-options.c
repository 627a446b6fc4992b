/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * For tests that start GStreamer: it makes many quarks, and what GLib then leaves behind (see
 * tests/lsan.supp) is recognised by its full stack only.
 */

const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0";
}
