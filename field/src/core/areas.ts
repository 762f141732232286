/** Areas by Kemendagri code: regency 35.03, village 35.03.01.2001, RW 35.03.01.2001.004. */

/** Whether code is scope or lies in it. Codes of one regency never begin another's: dots count. */
export const covers = (scope: string, code: string): boolean => code === scope || code.startsWith(`${scope}.`);
