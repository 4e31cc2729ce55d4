/** .NET, Unity: the base class library and the engine. Frames carry \`module\` (namespace) or only a function. */
export const DOTNET_RULES = `
# The base class library and Microsoft's own packages.
family:other module:System.* -app
family:other module:Microsoft.* -app
family:other package:System.** -app
family:other package:Microsoft.** -app
family:other package:mscorlib** -app
# Unity's engine.
family:other function:UnityEngine.* -app
family:other module:UnityEngine.* -app
# F#.
family:other module:FSharp.* -app
`;
