/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What every engine that synthesizes English must do.
 */
#pragma once

#include <offhook/offhook.h>

G_BEGIN_DECLS

/** @engine: a subclass of OffhookEngine with the synthesize role */
void offhook_synthesizer_contract_add_tests(const char *name, GType engine);

G_END_DECLS
