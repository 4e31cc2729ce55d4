/** Python: installed packages and the standard library are not the user's code. */
export const PYTHON_RULES = `
# pip, poetry, uv and conda install into site-packages; Debian's own packages into dist-packages.
path:**/site-packages/** -app
path:**/dist-packages/** -app
# The standard library: /usr/lib/python3.12/threading.py, also below a virtual environment or a framework build.
family:other path:**/lib/python[0-9].[0-9]/** -app
family:other path:**/lib/python[0-9].[0-9][0-9]/** -app
# Frozen import machinery has no file.
family:other path:"<frozen **" -app
`;
