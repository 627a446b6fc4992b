/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The emulator's error domain. It is not the daemon's: nothing is shared with the program under
 * test. */

#include "emu-error.h"

GQuark
offhook_emu_error_quark(void)
{
	return g_quark_from_static_string("offhook-emu-error-quark");
}
